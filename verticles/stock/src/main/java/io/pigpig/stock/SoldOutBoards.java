package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * The sold-out boards of all loops of this process. Each board stays with its loop; this only sends
 * each loop the word that units are back, and waits for it no longer than a board remembers. Safe
 * from any thread.
 */
public final class SoldOutBoards {

  private record Member(Executor loop, SoldOutBoard board) {}

  private final List<Member> members = new CopyOnWriteArrayList<>();
  private final UnaryOperator<Future<?>> inTime;

  public SoldOutBoards(StockSettings settings) {
    long patienceMillis = settings.soldOutRecheck().toMillis();
    this.inTime = heard -> heard.timeout(patienceMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * @param inTime fails what takes longer than a board remembers, on any thread
   */
  public SoldOutBoards(UnaryOperator<Future<?>> inTime) {
    this.inTime = inTime;
  }

  public void add(Executor loop, SoldOutBoard board) {
    members.add(new Member(loop, board));
  }

  /**
   * Completes, on the caller's loop, when every loop has forgotten that these SKUs were sold out.
   *
   * @param caller runs tasks on the event loop that asks
   */
  public Future<Void> reopen(Collection<Sku> skus, Executor caller) {
    List<String> names = skus.stream().map(Sku::value).toList();
    List<Future<Void>> heard = new ArrayList<>();
    for (Member member : members) {
      Promise<Void> promise = Promise.promise();
      member
          .loop()
          .execute(
              () -> {
                member.board().reopen(names);
                promise.complete();
              });
      heard.add(promise.future());
    }
    Promise<Void> back = Promise.promise();
    // The last loop to answer completes this; the caller goes on on its own loop all the same.
    inTime.apply(Future.all(heard)).onComplete(done -> caller.execute(back::complete));
    return back.future();
  }
}
