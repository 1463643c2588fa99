package io.pigpig.perf.load.wire;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.vertx.core.MultiMap;
import io.vertx.grpc.client.GrpcClientResponse;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The stable code of a call that was refused. */
final class GrpcRefusal {

  private static final String DETAILS = "grpc-status-details-bin";

  private GrpcRefusal() {}

  /** {@code google.rpc.ErrorInfo.reason}, or the status where there is none. */
  static String code(GrpcClientResponse<?, ?> response) {
    MultiMap trailers = response.trailers();
    String details = trailers == null ? null : trailers.get(DETAILS);
    // A status without messages comes with the headers.
    String reason = reason(details == null ? response.headers().get(DETAILS) : details);
    return reason.isEmpty() ? "GRPC_" + response.status().name() : reason;
  }

  private static String reason(@Nullable String details) {
    if (details == null) {
      return "";
    }
    try {
      for (Any any : Status.parseFrom(Base64.getDecoder().decode(details)).getDetailsList()) {
        if (any.is(ErrorInfo.class)) {
          return any.unpack(ErrorInfo.class).getReason();
        }
      }
      return "";
    } catch (InvalidProtocolBufferException | IllegalArgumentException notOurs) {
      return "";
    }
  }
}
