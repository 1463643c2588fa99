package io.pigpig.order.http;

import io.pigpig.order.PaymentStatement;
import io.pigpig.order.PaymentStatement.Entry;
import io.pigpig.order.PaymentStatement.Page;
import io.pigpig.order.PaymentStatement.Status;
import io.pigpig.order.Payments;
import io.pigpig.order.Saga;
import io.pigpig.pricing.PriceBook;
import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.peer.PeerClient.Answer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A payment provider with the sandbox's HTTP interface. Bound to its client's event loop. */
public final class HttpPayments implements Payments, PaymentStatement.Provider {

  /** As {@link Saga#chargeKey} writes it. */
  private static final Pattern KEY =
      Pattern.compile("([0-9a-f-]{36})" + Saga.CHARGE + "(\\d{1,4})");

  private static final int PAGE = 1000;

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

  @Override
  public Future<Page> statement(long after) {
    return peer.get("/v1/ledger?after=" + after + "&limit=" + PAGE)
        .compose(
            answer ->
                answer.status() == 200
                    ? Future.succeededFuture(page(after, answer.body()))
                    : Future.failedFuture("the payment provider answered " + answer.status()));
  }

  private static Page page(long after, JsonObject body) {
    JsonArray shown = body.getJsonArray("entries", new JsonArray());
    List<Entry> entries = new ArrayList<>(shown.size());
    for (int i = 0; i < shown.size(); i++) {
      JsonObject entry = shown.getJsonObject(i);
      Matcher key = KEY.matcher(entry.getString("key", ""));
      if (key.matches()) {
        entries.add(
            new Entry(
                UUID.fromString(key.group(1)),
                Integer.parseInt(key.group(2)),
                status(entry.getString("status", "")),
                entry.getLong("amountCents", 0L)));
      }
    }
    return new Page(after, body.getLong("next", after), shown.size() < PAGE, entries);
  }

  private static Status status(String text) {
    return switch (text) {
      case "CHARGED" -> Status.CHARGED;
      case "REFUNDED" -> Status.REFUNDED;
      default -> Status.NOT_TAKEN;
    };
  }
}
