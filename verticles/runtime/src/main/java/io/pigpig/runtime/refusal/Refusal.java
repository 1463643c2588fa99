package io.pigpig.runtime.refusal;

import java.time.Duration;

/**
 * Every reason for which the stack says no on purpose.
 *
 * <p>The {@link #code()} is part of the public contract and never changes; {@link #detail()} says
 * who, what and how much, and is written for a person. Transports map refusals in one exhaustive
 * switch each, so that a new refusal does not compile until every transport answers it.
 */
public sealed interface Refusal {

  /** Stable upper-case code of the contract, such as {@code OUT_OF_STOCK}. */
  String code();

  /** One sentence for a person: who, what, how much. */
  String detail();

  /** A refusal that may turn into a yes: how long a client waits before it asks again. */
  sealed interface Retryable extends Refusal {
    Duration retryAfter();
  }

  /** The request cannot be understood or breaks a stated limit. */
  record InvalidRequest(String detail) implements Refusal {
    @Override
    public String code() {
      return "INVALID_REQUEST";
    }
  }

  /** An order came without its Idempotency-Key. */
  record IdempotencyKeyMissing() implements Refusal {
    @Override
    public String code() {
      return "IDEMPOTENCY_KEY_MISSING";
    }

    @Override
    public String detail() {
      return "an order needs an idempotency key (the header Idempotency-Key): 16 to 64 characters"
          + " of [A-Za-z0-9_-]";
    }
  }

  /** No token, or one that does not hold. */
  record Unauthenticated(String detail) implements Refusal {
    @Override
    public String code() {
      return "UNAUTHENTICATED";
    }
  }

  /** The caller is known and may not do this. */
  record Forbidden(String detail) implements Refusal {
    @Override
    public String code() {
      return "FORBIDDEN";
    }
  }

  /** There is no such thing, or it belongs to somebody else. */
  record NotFound(String detail) implements Refusal {
    @Override
    public String code() {
      return "NOT_FOUND";
    }
  }

  /** The path exists, the method does not; {@code allow} is the Allow header's value. */
  record MethodNotAllowed(String method, String allow) implements Refusal {
    @Override
    public String code() {
      return "METHOD_NOT_ALLOWED";
    }

    @Override
    public String detail() {
      return "method " + method + " is not allowed here (allowed: " + allow + ")";
    }
  }

  /** Fewer units are left than the order asks for. */
  record OutOfStock(String sku, int asked) implements Refusal {
    @Override
    public String code() {
      return "OUT_OF_STOCK";
    }

    @Override
    public String detail() {
      return "sku " + sku + " has fewer than the " + asked + " units asked for";
    }
  }

  /** Another request with this key is being worked on. */
  record RequestInFlight(String key, Duration retryAfter) implements Retryable {
    @Override
    public String code() {
      return "REQUEST_IN_FLIGHT";
    }

    @Override
    public String detail() {
      return "a request with Idempotency-Key " + key + " is still being worked on";
    }
  }

  /** The order's saga has nothing left to do. */
  record SagaEnded(String orderId) implements Refusal {
    @Override
    public String code() {
      return "SAGA_ENDED";
    }

    @Override
    public String detail() {
      return "the saga of order " + orderId + " has ended";
    }
  }

  /** Another payment of the order is being made. */
  record PaymentUnderWay(String orderId, Duration retryAfter) implements Retryable {
    @Override
    public String code() {
      return "PAYMENT_UNDER_WAY";
    }

    @Override
    public String detail() {
      return "a payment of order " + orderId + " is still being made";
    }
  }

  /** The order has gone too far to be cancelled. */
  record OrderNotCancellable(String orderId, String status) implements Refusal {
    @Override
    public String code() {
      return "ORDER_NOT_CANCELLABLE";
    }

    @Override
    public String detail() {
      return "order " + orderId + " is " + status;
    }
  }

  /** The order is in a state in which it takes no payment. */
  record OrderNotPayable(String orderId, String status) implements Refusal {
    @Override
    public String code() {
      return "ORDER_NOT_PAYABLE";
    }

    @Override
    public String detail() {
      return "order " + orderId + " is " + status;
    }
  }

  /** The payment provider said no. */
  record PaymentDeclined(String orderId) implements Refusal {
    @Override
    public String code() {
      return "PAYMENT_DECLINED";
    }

    @Override
    public String detail() {
      return "the payment of order " + orderId + " was declined";
    }
  }

  /** The new total would be less than what is already held or sold. */
  record StockBelowCommitted(String sku, long total, long committed) implements Refusal {
    @Override
    public String code() {
      return "STOCK_BELOW_COMMITTED";
    }

    @Override
    public String detail() {
      return "sku " + sku + " has " + committed + " units held or sold, asked total " + total;
    }
  }

  /** The body is longer than this route takes. */
  record PayloadTooLarge(long limitBytes) implements Refusal {
    @Override
    public String code() {
      return "PAYLOAD_TOO_LARGE";
    }

    @Override
    public String detail() {
      return "the body is longer than " + limitBytes + " bytes";
    }
  }

  /** The request line is longer than the limit. */
  record UriTooLong(int limitBytes) implements Refusal {
    @Override
    public String code() {
      return "URI_TOO_LONG";
    }

    @Override
    public String detail() {
      return "the request line is longer than " + limitBytes + " bytes";
    }
  }

  /** The body is not of the type this route reads. */
  record UnsupportedMediaType(String expected) implements Refusal {
    @Override
    public String code() {
      return "UNSUPPORTED_MEDIA_TYPE";
    }

    @Override
    public String detail() {
      return "this route reads " + expected;
    }
  }

  /** The request expects something of the server that it does not do. */
  record ExpectationFailed(String expectation) implements Refusal {
    @Override
    public String code() {
      return "EXPECTATION_FAILED";
    }

    @Override
    public String detail() {
      return "the expectation " + expectation + " cannot be met; 100-continue can";
    }
  }

  /** The header block is longer, or has more fields, than the limit. */
  record HeadersTooLarge(String detail) implements Refusal {
    @Override
    public String code() {
      return "HEADERS_TOO_LARGE";
    }
  }

  /** The catalog has no such SKU. */
  record UnknownSku(String sku) implements Refusal {
    @Override
    public String code() {
      return "UNKNOWN_SKU";
    }

    @Override
    public String detail() {
      return "sku " + sku + " is not in the catalog";
    }
  }

  /** No design has this id. */
  record UnknownDesign(String designId) implements Refusal {
    @Override
    public String code() {
      return "UNKNOWN_DESIGN";
    }

    @Override
    public String detail() {
      return "design " + designId + " does not exist";
    }
  }

  /** The key was used for another order. */
  record IdempotencyKeyReused(String key) implements Refusal {
    @Override
    public String code() {
      return "IDEMPOTENCY_KEY_REUSED";
    }

    @Override
    public String detail() {
      return "Idempotency-Key " + key + " belongs to a request with another body";
    }
  }

  /** This caller asks too often. */
  record RateLimited(String who, Duration retryAfter) implements Retryable {
    @Override
    public String code() {
      return "RATE_LIMITED";
    }

    @Override
    public String detail() {
      return who + " sends more requests than its rate";
    }
  }

  /** A bounded place is full: {@code what} names it. Nothing was done. */
  record Overloaded(String what, Duration retryAfter) implements Retryable {
    @Override
    public String code() {
      return "OVERLOADED";
    }

    @Override
    public String detail() {
      return what + " is full; nothing was done";
    }
  }

  /** Something this needs is away, or this process is draining. Nothing was done. */
  record Unavailable(String what, Duration retryAfter) implements Retryable {
    @Override
    public String code() {
      return "UNAVAILABLE";
    }

    @Override
    public String detail() {
      return what + "; nothing was done";
    }
  }

  /** Work began and its outcome was not seen in time. The same key finds out. */
  record OutcomeUnknown(Duration retryAfter) implements Retryable {
    @Override
    public String code() {
      return "OUTCOME_UNKNOWN";
    }

    @Override
    public String detail() {
      return "the outcome was not seen in time; send the same request with the same key again";
    }
  }
}
