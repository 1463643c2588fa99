package io.pigpig.edge.http;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies up to a limit and a deadline.
 *
 * <p>A length that is declared too long is refused before a byte is read, any other as soon as the
 * limit is passed. A body that does not end in time costs its connection. One sweep watches all
 * bodies of the loop, because a timer a request would cost more than the body. Owned by one event
 * loop; not thread-safe.
 */
final class BodyWatch {

  private final Ticker ticker;
  private final long timeoutNanos;

  /**
   * In the order of their deadlines, since all bodies have the same time. One that has ended stays
   * until those before it have ended too.
   */
  private final ArrayDeque<Gathering> reading = new ArrayDeque<>();

  BodyWatch(Ticker ticker, Duration timeout) {
    this.ticker = ticker;
    this.timeoutNanos = timeout.toNanos();
  }

  /** Reads the call's body and goes on; refuses it with PAYLOAD_TOO_LARGE instead. */
  void read(Call call, int maxBytes, Consumer<Call> next) {
    HttpServerRequest request = call.request();
    String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (declared != null && (declared.length() > 10 || Long.parseLong(declared) > maxBytes)) {
      call.refuse(new Refusal.PayloadTooLarge(maxBytes));
      return;
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
    Gathering gathering = new Gathering(call, maxBytes, next);
    reading.add(gathering);
    request.handler(gathering::take);
    request.exceptionHandler(e -> gathering.over());
    request.endHandler(nothing -> gathering.end());
  }

  /** Closes the connections whose body is late. Called now and then. */
  void sweep() {
    long now = ticker.nanos();
    for (Gathering oldest = oldest(); oldest != null && oldest.isLate(now); oldest = oldest()) {
      oldest.over();
      oldest.call.request().connection().close();
    }
  }

  /** The oldest body that has not ended, or null. */
  private @Nullable Gathering oldest() {
    Gathering oldest = reading.peek();
    while (oldest != null && oldest.over) {
      reading.remove();
      oldest = reading.peek();
    }
    return oldest;
  }

  private final class Gathering {
    private final Call call;
    private final int maxBytes;
    private final Consumer<Call> next;
    private final long deadlineNanos = ticker.nanos() + timeoutNanos;
    private @Nullable Buffer whole;
    private boolean copied;
    private boolean over;

    Gathering(Call call, int maxBytes, Consumer<Call> next) {
      this.call = call;
      this.maxBytes = maxBytes;
      this.next = next;
    }

    boolean isLate(long nowNanos) {
      return deadlineNanos - nowNanos <= 0;
    }

    /** Nothing more is expected of this body. */
    void over() {
      over = true;
      oldest();
    }

    void take(Buffer chunk) {
      if (over) {
        return;
      }
      int length = (whole == null ? 0 : whole.length()) + chunk.length();
      if (length > maxBytes) {
        whole = null;
        over();
        call.refuse(new Refusal.PayloadTooLarge(maxBytes));
      } else if (whole == null) {
        whole = chunk;
      } else {
        append(whole, chunk);
      }
    }

    /** Copies what came first once, not anew for every piece: small pieces would cost a square. */
    private void append(Buffer sofar, Buffer chunk) {
      Buffer own = copied ? sofar : sofar.copy();
      copied = true;
      whole = own.appendBuffer(chunk);
    }

    void end() {
      if (over) {
        return;
      }
      over();
      if (whole != null) {
        call.body(whole.getBytes());
      }
      call.attempt(() -> next.accept(call));
    }
  }
}
