package io.pigpig.perf.load.flow;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One order of a request, or its one question, and what was last said of it. */
public final class Item {

  private long number;
  private @Nullable UUID replayed;
  private boolean perhapsPlaced;
  private String code = "";
  private @Nullable UUID orderId;

  Item() {}

  /** Begins anew, with the number of its key. */
  void begin(long fresh) {
    number = fresh;
    replayed = null;
    perhapsPlaced = false;
  }

  /** Begins anew with the key of an order that was accepted before. */
  void beginReplay(long known, UUID orderIdBefore) {
    begin(known);
    replayed = orderIdBefore;
  }

  /** Of its key; from 1. */
  public long number() {
    return number;
  }

  /** What an order of this key was answered with before; null where it is a fresh one. */
  @Nullable UUID replayed() {
    return replayed;
  }

  /** Whether an earlier attempt may have placed it. */
  boolean perhapsPlaced() {
    return perhapsPlaced;
  }

  void setPerhapsPlaced() {
    perhapsPlaced = true;
  }

  /** It was answered with yes; {@code id} is that of the order, where there is one. */
  public void accept(@Nullable UUID id) {
    code = "";
    orderId = id;
  }

  /**
   * It was answered with no.
   *
   * @param reason the stable code, or the status where there was none; not empty
   */
  public void refuse(String reason) {
    code = reason;
    orderId = null;
  }

  /** The same, when an attempt was under way already and may have placed the order. */
  public void refuseAfterAll(String reason) {
    refuse(reason);
    perhapsPlaced = true;
  }

  boolean isAccepted() {
    return code.isEmpty();
  }

  String code() {
    return code;
  }

  @Nullable UUID orderId() {
    return orderId;
  }
}
