package io.pigpig.edge.http;

import io.pigpig.runtime.refusal.Refusal;

/** The HTTP status of every refusal: the one place where the two meet. */
final class ProblemStatus {

  private ProblemStatus() {}

  static int of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.InvalidRequest r -> 400;
      case Refusal.IdempotencyKeyMissing r -> 400;
      case Refusal.Unauthenticated r -> 401;
      case Refusal.PaymentDeclined r -> 402;
      case Refusal.Forbidden r -> 403;
      case Refusal.NotFound r -> 404;
      case Refusal.MethodNotAllowed r -> 405;
      case Refusal.OutOfStock r -> 409;
      case Refusal.RequestInFlight r -> 409;
      case Refusal.PaymentUnderWay r -> 409;
      case Refusal.SagaEnded r -> 409;
      case Refusal.OrderNotCancellable r -> 409;
      case Refusal.OrderNotPayable r -> 409;
      case Refusal.StockBelowCommitted r -> 409;
      case Refusal.PayloadTooLarge r -> 413;
      case Refusal.UriTooLong r -> 414;
      case Refusal.UnsupportedMediaType r -> 415;
      case Refusal.ExpectationFailed r -> 417;
      case Refusal.UnknownSku r -> 422;
      case Refusal.UnknownDesign r -> 422;
      case Refusal.IdempotencyKeyReused r -> 422;
      case Refusal.RateLimited r -> 429;
      case Refusal.HeadersTooLarge r -> 431;
      case Refusal.Overloaded r -> 503;
      case Refusal.Unavailable r -> 503;
      case Refusal.OutcomeUnknown r -> 503;
    };
  }
}
