package io.pigpig.runtime.refusal;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A refusal as it travels between processes: {@link #of} takes it apart and {@link #refusal} puts
 * the same one together.
 *
 * <p>Its texts are bounded, because some repeat what a caller sent: what is longer is cut, so that
 * a refusal always fits where it has to travel, such as the trailers of a response.
 *
 * @param facts what the detail is made of, by name
 * @param retryAfter zero when asking again is no use
 */
public record RefusalFacts(
    String code, String detail, Map<String, String> facts, Duration retryAfter) {

  /** The longest detail, in characters. */
  public static final int DETAIL_MAX = 1_024;

  /** The longest of the facts, in characters; longer than any value that a refusal is made of. */
  public static final int FACT_MAX = 256;

  private static final String CUT = "...";
  private static final String SKU = "sku";
  private static final String KEY = "key";
  private static final String ORDER = "order";
  private static final String STATUS = "status";
  private static final String LIMIT = "limit";
  private static final String WHAT = "what";

  public RefusalFacts {
    facts = Map.copyOf(facts);
  }

  /** The first characters of {@code text}, never half of one. */
  private static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = max - CUT.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
  }

  public static RefusalFacts of(Refusal refusal) {
    Duration retryAfter =
        refusal instanceof Refusal.Retryable retryable ? retryable.retryAfter() : Duration.ZERO;
    Map<String, String> bounded = new HashMap<>();
    facts(refusal).forEach((name, value) -> bounded.put(name, cut(value, FACT_MAX)));
    return new RefusalFacts(refusal.code(), cut(refusal.detail(), DETAIL_MAX), bounded, retryAfter);
  }

  private static Map<String, String> facts(Refusal refusal) {
    return switch (refusal) {
      case Refusal.InvalidRequest plain -> Map.of();
      case Refusal.IdempotencyKeyMissing plain -> Map.of();
      case Refusal.Unauthenticated plain -> Map.of();
      case Refusal.Forbidden plain -> Map.of();
      case Refusal.NotFound plain -> Map.of();
      case Refusal.HeadersTooLarge plain -> Map.of();
      case Refusal.OutcomeUnknown plain -> Map.of();
      case Refusal.MethodNotAllowed it -> Map.of("method", it.method(), "allow", it.allow());
      case Refusal.OutOfStock it -> Map.of(SKU, it.sku(), "asked", text(it.asked()));
      case Refusal.RequestInFlight it -> Map.of(KEY, it.key());
      case Refusal.SagaEnded it -> Map.of(ORDER, it.orderId());
      case Refusal.PaymentUnderWay it -> Map.of(ORDER, it.orderId());
      case Refusal.OrderNotCancellable it -> Map.of(ORDER, it.orderId(), STATUS, it.status());
      case Refusal.OrderNotPayable it -> Map.of(ORDER, it.orderId(), STATUS, it.status());
      case Refusal.PaymentDeclined it -> Map.of(ORDER, it.orderId());
      case Refusal.StockBelowCommitted it ->
          Map.of(SKU, it.sku(), "total", text(it.total()), "committed", text(it.committed()));
      case Refusal.PayloadTooLarge it -> Map.of(LIMIT, text(it.limitBytes()));
      case Refusal.UriTooLong it -> Map.of(LIMIT, text(it.limitBytes()));
      case Refusal.UnsupportedMediaType it -> Map.of("expected", it.expected());
      case Refusal.ExpectationFailed it -> Map.of("expectation", it.expectation());
      case Refusal.UnknownSku it -> Map.of(SKU, it.sku());
      case Refusal.UnknownDesign it -> Map.of("design", it.designId());
      case Refusal.IdempotencyKeyReused it -> Map.of(KEY, it.key());
      case Refusal.RateLimited it -> Map.of("who", it.who());
      case Refusal.Overloaded it -> Map.of(WHAT, it.what());
      case Refusal.Unavailable it -> Map.of(WHAT, it.what());
    };
  }

  private static String text(long number) {
    return Long.toString(number);
  }

  /**
   * The refusal these facts are of. A code that this version does not know, or facts that are not
   * those of their code, are {@code OUTCOME_UNKNOWN}: nothing else is safe to say of them.
   */
  public Refusal refusal() {
    try {
      return known();
    } catch (NumberFormatException notOurs) {
      return new Refusal.OutcomeUnknown(Refused.RETRY_AFTER);
    }
  }

  private Refusal known() {
    return switch (code) {
      case "INVALID_REQUEST" -> new Refusal.InvalidRequest(detail);
      case "IDEMPOTENCY_KEY_MISSING" -> new Refusal.IdempotencyKeyMissing();
      case "UNAUTHENTICATED" -> new Refusal.Unauthenticated(detail);
      case "FORBIDDEN" -> new Refusal.Forbidden(detail);
      case "NOT_FOUND" -> new Refusal.NotFound(detail);
      case "HEADERS_TOO_LARGE" -> new Refusal.HeadersTooLarge(detail);
      case "METHOD_NOT_ALLOWED" -> new Refusal.MethodNotAllowed(fact("method"), fact("allow"));
      case "OUT_OF_STOCK" -> new Refusal.OutOfStock(fact(SKU), (int) number("asked"));
      case "REQUEST_IN_FLIGHT" -> new Refusal.RequestInFlight(fact(KEY), retryAfter);
      case "SAGA_ENDED" -> new Refusal.SagaEnded(fact(ORDER));
      case "PAYMENT_UNDER_WAY" -> new Refusal.PaymentUnderWay(fact(ORDER), retryAfter);
      case "ORDER_NOT_CANCELLABLE" -> new Refusal.OrderNotCancellable(fact(ORDER), fact(STATUS));
      case "ORDER_NOT_PAYABLE" -> new Refusal.OrderNotPayable(fact(ORDER), fact(STATUS));
      case "PAYMENT_DECLINED" -> new Refusal.PaymentDeclined(fact(ORDER));
      case "STOCK_BELOW_COMMITTED" ->
          new Refusal.StockBelowCommitted(fact(SKU), number("total"), number("committed"));
      case "PAYLOAD_TOO_LARGE" -> new Refusal.PayloadTooLarge(number(LIMIT));
      case "URI_TOO_LONG" -> new Refusal.UriTooLong((int) number(LIMIT));
      case "UNSUPPORTED_MEDIA_TYPE" -> new Refusal.UnsupportedMediaType(fact("expected"));
      case "EXPECTATION_FAILED" -> new Refusal.ExpectationFailed(fact("expectation"));
      case "UNKNOWN_SKU" -> new Refusal.UnknownSku(fact(SKU));
      case "UNKNOWN_DESIGN" -> new Refusal.UnknownDesign(fact("design"));
      case "IDEMPOTENCY_KEY_REUSED" -> new Refusal.IdempotencyKeyReused(fact(KEY));
      case "RATE_LIMITED" -> new Refusal.RateLimited(fact("who"), retryAfter);
      case "OVERLOADED" -> new Refusal.Overloaded(fact(WHAT), retryAfter);
      case "UNAVAILABLE" -> new Refusal.Unavailable(fact(WHAT), retryAfter);
      case "OUTCOME_UNKNOWN" -> new Refusal.OutcomeUnknown(retryAfter);
      default -> new Refusal.OutcomeUnknown(Refused.RETRY_AFTER);
    };
  }

  private String fact(String name) {
    return facts.getOrDefault(name, "");
  }

  private long number(String name) {
    return Long.parseLong(fact(name));
  }
}
