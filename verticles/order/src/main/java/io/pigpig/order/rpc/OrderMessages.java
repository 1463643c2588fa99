package io.pigpig.order.rpc;

import com.google.protobuf.Timestamp;
import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.OrderLine;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.order.RequestedLine;
import io.pigpig.order.StatusChange;
import io.pigpig.pricing.PriceBook;
import io.pigpig.proto.order.v1.OrderToPlace;
import io.pigpig.proto.order.v1.PlaceOrderOutcome;
import io.pigpig.proto.order.v1.PlaceOrderRequest;
import io.pigpig.proto.order.v1.PlaceOrderResponse;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.UuidText;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.pigpig.runtime.refusal.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** The contract's messages as the domain's values, and back. */
final class OrderMessages {

  /** The most bytes of an order in a batch: every field as long as it may be. */
  static final int TO_PLACE_BYTES_MAX = 6_144;

  private static final Pattern DESIGN_ID = Pattern.compile("[0-9a-f]{64}");
  private static final int NANOS_A_MILLI = 1_000_000;

  private OrderMessages() {}

  static io.pigpig.proto.order.v1.Order order(Order order) {
    io.pigpig.proto.order.v1.Order.Builder message =
        io.pigpig.proto.order.v1.Order.newBuilder()
            .setOrderId(order.orderId().toString())
            .setCustomer(order.customer())
            .setStatusValue(order.status().code())
            .setTotalCents(order.totalCents())
            .setCurrency(PriceBook.CURRENCY)
            .setCreatedAt(timestamp(order.createdAt()))
            .setExpiresAt(timestamp(order.expiresAt()));
    for (OrderLine line : order.lines()) {
      io.pigpig.proto.order.v1.OrderLine.Builder each =
          message
              .addLinesBuilder()
              .setSku(line.sku().value())
              .setQuantity(line.quantity())
              .setUnitPriceCents(line.unitPriceCents());
      if (line.designId() != null) {
        each.setDesignId(line.designId());
      }
    }
    return message.build();
  }

  static Order order(io.pigpig.proto.order.v1.Order message) {
    List<OrderLine> lines = new ArrayList<>(message.getLinesCount());
    for (io.pigpig.proto.order.v1.OrderLine line : message.getLinesList()) {
      lines.add(
          new OrderLine(
              new Sku(line.getSku()),
              line.getQuantity(),
              line.getUnitPriceCents(),
              line.hasDesignId() ? line.getDesignId() : null));
    }
    return new Order(
        UUID.fromString(message.getOrderId()),
        message.getCustomer(),
        OrderStatus.of(message.getStatusValue()),
        lines,
        message.getTotalCents(),
        instant(message.getCreatedAt()),
        instant(message.getExpiresAt()));
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  static io.pigpig.proto.order.v1.StatusChange change(StatusChange change) {
    return io.pigpig.proto.order.v1.StatusChange.newBuilder()
        .setSequence(change.sequence())
        .setStatusValue(change.status().code())
        .setAt(timestamp(change.at()))
        .build();
  }

  static StatusChange change(io.pigpig.proto.order.v1.StatusChange message) {
    return new StatusChange(
        message.getSequence(), OrderStatus.of(message.getStatusValue()), instant(message.getAt()));
  }

  static PlaceOrderResponse placement(Placement placement) {
    return PlaceOrderResponse.newBuilder()
        .setOrder(order(placement.order()))
        .setReplayed(placement.origin() == Placement.Origin.REPLAYED)
        .build();
  }

  static Placement placement(PlaceOrderResponse message) {
    return new Placement(
        order(message.getOrder()),
        message.getReplayed() ? Placement.Origin.REPLAYED : Placement.Origin.PLACED);
  }

  static PlaceOrderRequest request(PlaceOrder order) {
    PlaceOrderRequest.Builder message =
        PlaceOrderRequest.newBuilder().setIdempotencyKey(order.key());
    for (RequestedLine line : order.lines()) {
      io.pigpig.proto.order.v1.RequestedLine.Builder each =
          message.addLinesBuilder().setSku(line.sku().value()).setQuantity(line.quantity());
      if (line.designId() != null) {
        each.setDesignId(line.designId());
      }
    }
    return message.build();
  }

  /**
   * What is asked for.
   *
   * @throws RefusedException of IDEMPOTENCY_KEY_MISSING or INVALID_REQUEST
   */
  static PlaceOrder request(PlaceOrderRequest message, Principal principal, long deadlineNanos) {
    if (message.getIdempotencyKey().isEmpty()) {
      throw new RefusedException(new Refusal.IdempotencyKeyMissing());
    }
    if (!PlaceOrder.isValidKey(message.getIdempotencyKey())) {
      throw invalid("idempotency_key must be 16 to 64 characters of [A-Za-z0-9_-]");
    }
    int count = message.getLinesCount();
    if (count < 1 || count > PlaceOrder.LINES_MAX) {
      throw invalid("an order has 1 to " + PlaceOrder.LINES_MAX + " lines, not " + count);
    }
    List<RequestedLine> lines = new ArrayList<>(count);
    for (io.pigpig.proto.order.v1.RequestedLine line : message.getLinesList()) {
      lines.add(line(line));
    }
    return new PlaceOrder(principal, message.getIdempotencyKey(), lines, deadlineNanos);
  }

  private static RequestedLine line(io.pigpig.proto.order.v1.RequestedLine line) {
    if (!Sku.isValid(line.getSku())) {
      throw invalid("sku must be 3 to 48 characters of [A-Z0-9-]");
    }
    if (line.getQuantity() < 1 || line.getQuantity() > RequestedLine.QUANTITY_MAX) {
      throw invalid("quantity must be 1 to 100, not " + line.getQuantity());
    }
    if (line.hasDesignId() && !DESIGN_ID.matcher(line.getDesignId()).matches()) {
      throw invalid("design_id must be 64 lower-case hex digits");
    }
    return new RequestedLine(
        new Sku(line.getSku()), line.getQuantity(), line.hasDesignId() ? line.getDesignId() : null);
  }

  static OrderToPlace toPlace(PlaceOrder order, int timeoutMillis) {
    return OrderToPlace.newBuilder()
        .setCustomer(order.principal().customer())
        .setMember(order.principal().membership() == Membership.MEMBER)
        .setOrder(request(order))
        .setTimeoutMillis(timeoutMillis)
        .build();
  }

  /**
   * The order of a batch, for the customer that its sender vouches for.
   *
   * @throws RefusedException of IDEMPOTENCY_KEY_MISSING or INVALID_REQUEST
   */
  static PlaceOrder toPlace(OrderToPlace message, long nowNanos) {
    int millis = message.getTimeoutMillis();
    if (millis < 1 || millis > OrderContract.TIMEOUT_MILLIS_MAX) {
      throw invalid("timeout_millis must be 1 to 60000, not " + millis);
    }
    Principal customer;
    try {
      customer =
          new Principal(
              message.getCustomer(),
              Role.CUSTOMER,
              message.getMember() ? Membership.MEMBER : Membership.NONE);
    } catch (IllegalArgumentException e) {
      throw invalid("customer must be 1 to 64 characters of [A-Za-z0-9._@-]");
    }
    return request(message.getOrder(), customer, nowNanos + (long) millis * NANOS_A_MILLI);
  }

  static PlaceOrderOutcome placed(Placement placement) {
    return PlaceOrderOutcome.newBuilder().setPlaced(placement(placement)).build();
  }

  static PlaceOrderOutcome refused(Refusal refusal) {
    RefusalFacts facts = RefusalFacts.of(refusal);
    return PlaceOrderOutcome.newBuilder()
        .setRefused(
            io.pigpig.proto.order.v1.Refused.newBuilder()
                .setCode(facts.code())
                .setDetail(facts.detail())
                .setRetryAfterMillis((int) Math.min(60_000, facts.retryAfter().toMillis()))
                .putAllFacts(facts.facts()))
        .build();
  }

  static Refusal refusal(io.pigpig.proto.order.v1.Refused refused) {
    return new RefusalFacts(
            refused.getCode(),
            refused.getDetail(),
            refused.getFactsMap(),
            Duration.ofMillis(refused.getRetryAfterMillis()))
        .refusal();
  }

  /** What is not the id of an order cannot be found. */
  static UUID id(String text) {
    UUID id = UuidText.parse(text);
    if (id == null) {
      throw new RefusedException(new Refusal.NotFound("there is no such order"));
    }
    return id;
  }

  /** As {@link #id}, of orders that are not looked for. */
  static UUID mention(String text) {
    UUID id = UuidText.parse(text);
    if (id == null) {
      throw invalid("an order's id has 36 characters of [0-9a-f-]");
    }
    return id;
  }

  static RefusedException invalid(String detail) {
    return new RefusedException(new Refusal.InvalidRequest(detail));
  }
}
