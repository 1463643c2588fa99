package io.pigpig.edge.http;

import io.pigpig.runtime.refusal.Refusal;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An answer of {@code application/problem+json} (RFC 9457).
 *
 * @param retryAfter for what may turn into a yes
 * @param allow of a 405
 */
record Problem(
    int status,
    String code,
    @Nullable String detail,
    @Nullable Duration retryAfter,
    @Nullable String allow) {

  static final String MEDIA_TYPE = "application/problem+json";

  static Problem of(Refusal refusal) {
    Duration retryAfter =
        refusal instanceof Refusal.Retryable retryable ? retryable.retryAfter() : null;
    String allow = refusal instanceof Refusal.MethodNotAllowed other ? other.allow() : null;
    return new Problem(
        ProblemStatus.of(refusal), refusal.code(), refusal.detail(), retryAfter, allow);
  }

  /** A bug of ours: no detail for strangers, only the trace id to find it by. */
  static Problem internal() {
    return new Problem(500, "INTERNAL", null, null, null);
  }

  /** Whole seconds, at least 1; 0 when there is nothing to wait for. */
  long retryAfterSeconds() {
    return retryAfter == null ? 0 : Math.max(1, (retryAfter.toMillis() + 999) / 1000);
  }

  Buffer json(String traceId) {
    JsonWriter out = new JsonWriter(256).object();
    String words = code.toLowerCase(Locale.ROOT).replace('_', ' ');
    out.field("type", "/problems/" + words.replace(' ', '-'));
    out.field("title", Character.toUpperCase(words.charAt(0)) + words.substring(1));
    out.field("status", status);
    if (detail != null) {
      out.field("detail", detail);
    }
    out.field("code", code);
    return out.field("traceId", traceId).endObject().toBuffer();
  }
}
