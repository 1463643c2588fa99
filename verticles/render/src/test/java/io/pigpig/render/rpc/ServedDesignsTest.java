package io.pigpig.render.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pigpig.render.RenderService;
import io.pigpig.rpc.TestCarriers;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of designs over real gRPC that take whatever they are given, and draw nothing. */
final class ServedDesignsTest {

  private static final int BYTES_MAX = 2_097_152;

  private final Vertx vertx = Vertx.vertx();
  private final Waiting designs = new Waiting();
  private TestCarriers carriers;
  private RemoteDesigns remote;

  /** Stores anything, and is never done with a preview. */
  private static final class Waiting implements RenderService {

    private final AtomicInteger stored = new AtomicInteger();
    private final Promise<Future<?>> asked = Promise.promise();

    @Override
    public Future<String> store(Buffer json) {
      stored.set(json.length());
      return Future.succeededFuture("a".repeat(64));
    }

    @Override
    public Future<Boolean> exists(String designId) {
      return Future.succeededFuture(false);
    }

    @Override
    public Future<Buffer> preview(String designId, int widthPixels, Future<?> gone) {
      asked.complete(gone);
      return Promise.<Buffer>promise().future();
    }

    @Override
    public Future<Void> print(String designId) {
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void open() throws Exception {
    carriers =
        new TestCarriers(
            vertx,
            vertx.getOrCreateContext(),
            Map.of("call-timeout", "5s"),
            () -> ServedDesigns.of(designs));
    remote = new RemoteDesigns(carriers.byGrpc());
  }

  @AfterEach
  void close() throws Exception {
    carriers.close();
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void aDesignHasAsManyBytesAsTheContractSays() throws Exception {
    carriers.call(() -> remote.store(Buffer.buffer(new byte[BYTES_MAX])));
    assertThat(designs.stored.get()).isEqualTo(BYTES_MAX);
    assertThat(refusal(() -> remote.store(Buffer.buffer(new byte[BYTES_MAX + 1]))))
        .isEqualTo(new Refusal.PayloadTooLarge(BYTES_MAX));
    assertThat(designs.stored.get()).isEqualTo(BYTES_MAX);
  }

  @Test
  void whatIsNoIdIsNotStored() throws Exception {
    assertThat((boolean) carriers.call(() -> remote.exists("nonsense"))).isFalse();
  }

  @Test
  void aPreviewHearsThatNobodyWaitsForItAnyMore() throws Exception {
    assertThat(refusal(() -> remote.preview("a".repeat(64), 600)))
        .isInstanceOf(Refusal.Unavailable.class);
    designs.asked.future().await(30, TimeUnit.SECONDS).await(30, TimeUnit.SECONDS);
  }

  private interface Asked {
    Future<?> ask();
  }

  private Refusal refusal(Asked asked) {
    return catchThrowableOfType(
            RefusedException.class, () -> carriers.call(() -> asked.ask().mapEmpty()))
        .refusal();
  }
}
