package io.pigpig.order.http;

import io.pigpig.order.Payments;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.peer.PeerClient.Answer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** A payment provider with the sandbox's HTTP interface. Bound to its client's event loop. */
public final class HttpPayments implements Payments {

  private final PeerClient peer;

  public HttpPayments(PeerClient peer) {
    this.peer = peer;
  }

  @Override
  public Future<Charged> charge(Charge charge) {
    JsonObject body =
        new JsonObject()
            .put("orderId", charge.orderId())
            .put("amountCents", charge.amountCents())
            .put("currency", PriceBook.CURRENCY)
            .put("token", charge.token());
    return peer.post("/v1/charges", charge.key(), body).compose(HttpPayments::charged);
  }

  /** 409: the charge was taken back before it came, or since. */
  private static Future<Charged> charged(Answer answer) {
    return switch (answer.status()) {
      case 200, 201 -> Future.succeededFuture(Charged.CHARGED);
      case 402, 409 -> Future.succeededFuture(Charged.DECLINED);
      default -> Future.failedFuture("the payment provider answered " + answer.status());
    };
  }

  @Override
  public Future<Void> refund(String key) {
    return peer.post("/v1/charges/" + key + "/refund", null, new JsonObject())
        .compose(
            answer ->
                answer.status() == 200
                    ? Future.succeededFuture()
                    : Future.failedFuture("the payment provider answered " + answer.status()));
  }
}
