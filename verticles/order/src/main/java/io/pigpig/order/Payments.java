package io.pigpig.order;

import io.vertx.core.Future;

/**
 * A payment provider. Both calls are idempotent by their key, so a call whose answer was not seen
 * is simply made again. A future that fails says nothing about the effect.
 */
public interface Payments {

  /** Whether {@code token} has the form of what a provider gives a client. */
  static boolean isValidToken(String token) {
    return token.matches("[A-Za-z0-9_]{1,64}");
  }

  /** A charge that is asked for; {@code key} is the same for every attempt. */
  record Charge(String key, String orderId, long amountCents, String token) {}

  /** The provider's final word on a charge. */
  enum Charged {
    CHARGED,
    /** Refused for good; nothing was taken. */
    DECLINED
  }

  Future<Charged> charge(Charge charge);

  /**
   * Gives back what was charged under the key. If nothing was, nothing can be from now on: a charge
   * that arrives later is declined.
   */
  Future<Void> refund(String key);
}
