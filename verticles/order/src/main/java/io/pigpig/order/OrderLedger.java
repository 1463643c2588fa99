package io.pigpig.order;

import io.pigpig.catalog.Sku;
import io.pigpig.runtime.refusal.Refusal;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where orders are durable. Reads fail with the link's exceptions; {@link #place} never fails but
 * says per order what became of it.
 */
public interface OrderLedger {

  /** An order that asks to be placed. */
  record NewOrder(
      UUID orderId,
      String customer,
      String key,
      UUID fingerprint,
      List<OrderLine> lines,
      long totalCents) {}

  /** A customer's key. */
  record CustomerKey(String customer, String key) {}

  /** An order with what it was asked by. */
  record Stored(Order order, String key, UUID fingerprint) {}

  /** What became of one entry. */
  sealed interface Outcome {

    /** The commit was seen. */
    record Accepted(Instant placedAt, Instant expiresAt) implements Outcome {}

    /** The customer has used the key; nothing was done. */
    record KeyUsed() implements Outcome {}

    /** The ledger has too few units of this SKU; nothing was done. */
    record OutOfStock(Sku sku) implements Outcome {}

    /** The id was fenced while this was on its way; nothing was done. */
    record Fenced() implements Outcome {}

    /** Nothing was done, for this reason. */
    record Refused(Refusal refusal) implements Outcome {}

    /** It was sent and its end was not seen. */
    record Unknown(String why) implements Outcome {}
  }

  /** What settling an order led to. */
  record Settlement(Kind kind, @Nullable Order order) {

    /** How the order took it. */
    public enum Kind {
      CHANGED,
      ALREADY,
      NOT_POSSIBLE,
      NOT_FOUND,
      /** The saga's lease is somebody else's by now; nothing was done. */
      LEASE_LOST
    }
  }

  /**
   * Asks that an order become {@code wanted}.
   *
   * @param customer whose order it must be; null for any
   * @param epoch of the saga's lease; null for a person, who can only cancel
   * @param waybill of an order that was shipped
   */
  record Settle(
      UUID orderId,
      @Nullable String customer,
      OrderStatus wanted,
      @Nullable Long epoch,
      @Nullable String waybill) {

    /** A person's wish to cancel. */
    static Settle cancel(UUID orderId, @Nullable String customer) {
      return new Settle(orderId, customer, OrderStatus.CANCELLED, null, null);
    }

    /** What a saga's step led to. */
    static Settle bySaga(Saga saga, OrderStatus wanted, @Nullable String waybill) {
      return new Settle(saga.orderId(), null, wanted, saga.epoch(), waybill);
    }
  }

  /** Places a batch in one transaction, one outcome an entry, in the order of the entries. */
  Future<List<Outcome>> place(List<NewOrder> batch);

  /** How many batches may be under way at a time: one, where one connection places them all. */
  default int batchesAtOnce() {
    return 1;
  }

  /**
   * Decides ids whose outcome is unknown: those that are orders are answered, all others can never
   * become one. Does not use the connection that {@link #place} uses.
   */
  Future<List<Stored>> fence(List<UUID> orderIds);

  /** The orders that these keys have made, in no order. */
  Future<List<Stored>> byKeys(List<CustomerKey> keys);

  /** Settles orders in one transaction; ids ascending and each once. One answer an entry. */
  Future<List<Settlement>> settle(List<Settle> batch);

  /** The order, or null. */
  Future<@Nullable Order> find(UUID orderId);

  /** Newest first; a null customer lists everybody's. */
  Future<List<Order>> list(@Nullable String customer, int limit, @Nullable UUID before);

  /** Changes after the placement with a sequence above {@code afterSequence}, oldest first. */
  Future<List<StatusChange>> changes(UUID orderId, int afterSequence);

  /**
   * The same for many orders in one question; orders without such changes are absent.
   *
   * @param orderIds each once
   */
  Future<Map<UUID, List<StatusChange>>> changes(Collection<UUID> orderIds, int afterSequence);

  /** Expires some due orders; answers the units that came back. */
  Future<Expired> expireSome();

  /**
   * What one sweep gave back.
   *
   * @param more whether the next sweep has work already
   */
  record Expired(long orders, boolean more, Map<Sku, Long> units) {}
}
