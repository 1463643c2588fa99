package io.pigpig.stock;

import io.pigpig.catalog.Sku;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/**
 * The sold-out boards of all loops of this process. Each board stays with its loop; this only sends
 * each loop the word that units are back. Safe from any thread.
 */
public final class SoldOutBoards {

  private record Member(Executor loop, SoldOutBoard board) {}

  private final List<Member> members = new CopyOnWriteArrayList<>();

  public void add(Executor loop, SoldOutBoard board) {
    members.add(new Member(loop, board));
  }

  /** Completes when every loop has forgotten that these SKUs were sold out. */
  public Future<Void> reopen(Collection<Sku> skus) {
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
    return Future.all(heard).mapEmpty();
  }
}
