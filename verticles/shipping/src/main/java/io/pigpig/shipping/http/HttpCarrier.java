package io.pigpig.shipping.http;

import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.peer.PeerClient.Answer;
import io.pigpig.shipping.Booking;
import io.pigpig.shipping.Carrier;
import io.pigpig.shipping.Shipment;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** A carrier with the sandbox's HTTP interface. Bound to its client's event loop. */
public final class HttpCarrier implements Carrier {

  private final PeerClient peer;

  public HttpCarrier(PeerClient peer) {
    this.peer = peer;
  }

  @Override
  public Future<Booking> book(Shipment shipment) {
    JsonObject body =
        new JsonObject().put("orderId", shipment.orderId()).put("units", shipment.units());
    return peer.post("/v1/waybills", shipment.key(), body).compose(HttpCarrier::booking);
  }

  private static Future<Booking> booking(Answer answer) {
    String status = answer.body().getString("status", "");
    return switch (answer.status()) {
      case 200, 201 ->
          Future.succeededFuture(new Booking.Booked(answer.body().getString("waybill")));
      case 409, 422 -> Future.succeededFuture(new Booking.Rejected("it says " + status));
      default -> Future.failedFuture("the carrier answered " + answer.status());
    };
  }

  @Override
  public Future<Void> makeVoid(String key) {
    return peer.post("/v1/waybills/" + key + "/void", null, new JsonObject())
        .compose(
            answer ->
                answer.status() == 200
                    ? Future.succeededFuture()
                    : Future.failedFuture("the carrier answered " + answer.status()));
  }
}
