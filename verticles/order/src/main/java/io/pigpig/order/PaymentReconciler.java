package io.pigpig.order;

import io.pigpig.runtime.Ticker;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares orders with the payment provider: reads its ledger page by page, and gives back charges
 * that sell nothing, such as one that the provider made although it had said no. Other differences
 * cannot be mended without a person; the audit shows them.
 *
 * <p>Owned by one event loop; not thread-safe. Only one run at a time.
 */
public final class PaymentReconciler {

  private static final Logger log = LoggerFactory.getLogger(PaymentReconciler.class);
  private static final int STRAYS_MAX = 100;

  private final Payments payments;
  private final PaymentStatement.Provider provider;
  private final PaymentStatement statement;
  private final Ticker ticker;
  private long refunded;

  /** What the reconciler compares, and how it gives money back. */
  public record Parts(
      Payments payments, PaymentStatement.Provider provider, PaymentStatement statement) {}

  public PaymentReconciler(Parts parts, Ticker ticker) {
    this.payments = parts.payments();
    this.provider = parts.provider();
    this.statement = parts.statement();
    this.ticker = ticker;
  }

  /** How many charges were given back because they sold nothing. */
  public long refunded() {
    return refunded;
  }

  /** Reads one page on; answers whether there is more to read at once. */
  public Future<Boolean> reconcile() {
    long beganNanos = ticker.nanos();
    return statement
        .position()
        .compose(provider::statement)
        .compose(page -> enter(page, beganNanos))
        .compose(more -> more ? Future.succeededFuture(true) : refundStrays());
  }

  private Future<Boolean> enter(PaymentStatement.Page page, long beganNanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - beganNanos) + 1;
    return statement.enter(page, millis).map(entered -> entered && !page.last());
  }

  private Future<Boolean> refundStrays() {
    return statement.strays(STRAYS_MAX).compose(this::refund).map(false);
  }

  private Future<Void> refund(List<String> keys) {
    Future<Void> before = Future.succeededFuture();
    for (String key : keys) {
      before =
          before.compose(
              done -> {
                log.warn("charge {} sells nothing and is given back", key);
                return payments
                    .refund(key)
                    .onSuccess(given -> refunded++)
                    .recover(e -> laterAgain(key, e));
              });
    }
    return before;
  }

  /** One that fails does not hold up the others; it is still a stray the next time. */
  private static Future<Void> laterAgain(String key, Throwable cause) {
    log.warn("charge {} was not given back: {}", key, cause.getMessage());
    return Future.succeededFuture();
  }
}
