package io.pigpig.rpc.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as a gRPC status with a {@code google.rpc.Status} in its trailers, as grpc-java and
 * others read it: {@code ErrorInfo} with the stable code as its reason and the facts as metadata,
 * {@code RetryInfo} where asking again may help.
 */
final class RefusalStatus {

  static final String DETAILS = "grpc-status-details-bin";

  private static final String DOMAIN = "pigpig";
  private static final int DETAILS_MAX = 8 * 1024;
  private static final int MESSAGE_MAX = 256;

  private RefusalStatus() {}

  /**
   * The status of a refusal. Never {@code UNAVAILABLE} or {@code CANCELLED} for what may have
   * happened, because meshes repeat those by themselves.
   */
  static GrpcStatus of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.InvalidRequest it -> GrpcStatus.INVALID_ARGUMENT;
      case Refusal.IdempotencyKeyMissing it -> GrpcStatus.INVALID_ARGUMENT;
      case Refusal.UriTooLong it -> GrpcStatus.INVALID_ARGUMENT;
      case Refusal.HeadersTooLarge it -> GrpcStatus.INVALID_ARGUMENT;
      case Refusal.UnsupportedMediaType it -> GrpcStatus.UNIMPLEMENTED;
      case Refusal.ExpectationFailed it -> GrpcStatus.INVALID_ARGUMENT;
      case Refusal.Unauthenticated it -> GrpcStatus.UNAUTHENTICATED;
      case Refusal.Forbidden it -> GrpcStatus.PERMISSION_DENIED;
      case Refusal.NotFound it -> GrpcStatus.NOT_FOUND;
      case Refusal.UnknownSku it -> GrpcStatus.NOT_FOUND;
      case Refusal.UnknownDesign it -> GrpcStatus.NOT_FOUND;
      case Refusal.MethodNotAllowed it -> GrpcStatus.UNIMPLEMENTED;
      case Refusal.OutOfStock it -> GrpcStatus.FAILED_PRECONDITION;
      case Refusal.SagaEnded it -> GrpcStatus.FAILED_PRECONDITION;
      case Refusal.OrderNotCancellable it -> GrpcStatus.FAILED_PRECONDITION;
      case Refusal.OrderNotPayable it -> GrpcStatus.FAILED_PRECONDITION;
      case Refusal.PaymentDeclined it -> GrpcStatus.FAILED_PRECONDITION;
      case Refusal.StockBelowCommitted it -> GrpcStatus.FAILED_PRECONDITION;
      case Refusal.RequestInFlight it -> GrpcStatus.ABORTED;
      case Refusal.PaymentUnderWay it -> GrpcStatus.ABORTED;
      case Refusal.IdempotencyKeyReused it -> GrpcStatus.ALREADY_EXISTS;
      case Refusal.PayloadTooLarge it -> GrpcStatus.RESOURCE_EXHAUSTED;
      case Refusal.RateLimited it -> GrpcStatus.RESOURCE_EXHAUSTED;
      case Refusal.Overloaded it -> GrpcStatus.RESOURCE_EXHAUSTED;
      case Refusal.Unavailable it -> GrpcStatus.UNAVAILABLE;
      case Refusal.OutcomeUnknown it -> GrpcStatus.DEADLINE_EXCEEDED;
    };
  }

  /**
   * The trailer {@code grpc-message}: shorter than the detail, because each byte may become three.
   */
  static String message(RefusalFacts facts) {
    String detail = facts.detail();
    return detail.length() <= MESSAGE_MAX ? detail : detail.substring(0, MESSAGE_MAX);
  }

  /**
   * The trailer {@value #DETAILS}.
   *
   * @param status that goes with it: others refuse details of another one
   */
  static String details(RefusalFacts facts, GrpcStatus status) {
    Status.Builder details =
        Status.newBuilder()
            .setCode(status.code)
            .setMessage(facts.detail())
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(facts.code())
                        .setDomain(DOMAIN)
                        .putAllMetadata(facts.facts())
                        .build()));
    if (!facts.retryAfter().isZero()) {
      details.addDetails(
          Any.pack(RetryInfo.newBuilder().setRetryDelay(duration(facts.retryAfter())).build()));
    }
    return Base64.getEncoder().withoutPadding().encodeToString(details.build().toByteArray());
  }

  private static com.google.protobuf.Duration duration(Duration time) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(time.getSeconds())
        .setNanos(time.getNano())
        .build();
  }

  /** The refusal in the trailer's value, or null when there is none that can be read. */
  static @Nullable Refusal refusal(@Nullable String details) {
    if (details == null || details.length() > DETAILS_MAX) {
      return null;
    }
    try {
      Status status = Status.parseFrom(Base64.getDecoder().decode(details));
      ErrorInfo info = null;
      Duration retryAfter = Duration.ZERO;
      for (Any any : status.getDetailsList()) {
        if (any.is(ErrorInfo.class)) {
          info = any.unpack(ErrorInfo.class);
        } else if (any.is(RetryInfo.class)) {
          com.google.protobuf.Duration delay = any.unpack(RetryInfo.class).getRetryDelay();
          retryAfter = Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
        }
      }
      return info == null ? null : refusal(info, status.getMessage(), retryAfter);
    } catch (InvalidProtocolBufferException | IllegalArgumentException notOurs) {
      return null;
    }
  }

  private static @Nullable Refusal refusal(ErrorInfo info, String detail, Duration retryAfter) {
    Map<String, String> facts = info.getMetadataMap();
    return info.getDomain().equals(DOMAIN)
        ? new RefusalFacts(info.getReason(), detail, facts, retryAfter).refusal()
        : null;
  }
}
