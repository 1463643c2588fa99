package io.pigpig.edge.auth;

import io.pigpig.runtime.Principal;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.LinkedHashMap;

/**
 * Remembers verified tokens until they expire, so that a caller's next requests cost one look-up.
 *
 * <p>Belongs to one event loop; the delegate completes on that loop. Holds at most {@code
 * entriesMax} tokens, the least recently used go first. Only tokens that held are kept, so nobody
 * fills the cache without a valid token, and a refused token is judged anew each time. A token is
 * believed until it expires: there is no revocation.
 */
public final class CachedTokenVerifier implements TokenVerifier {

  private static final int INITIAL_CAPACITY = 64;

  private record Entry(Future<Principal> principal, long expiresAtEpochMillis) {}

  private final TokenCheck delegate;
  private final int entriesMax;
  private final InstantSource clock;
  private final LinkedHashMap<String, Entry> entries =
      new LinkedHashMap<>(INITIAL_CAPACITY, 0.75f, true);

  public CachedTokenVerifier(TokenCheck delegate, int entriesMax, InstantSource clock) {
    if (entriesMax < 1) {
      throw new IllegalArgumentException("entriesMax must be at least 1: " + entriesMax);
    }
    this.delegate = delegate;
    this.entriesMax = entriesMax;
    this.clock = clock;
  }

  @Override
  public Future<Principal> verify(String token) {
    Entry entry = entries.get(token);
    if (entry != null) {
      if (clock.millis() < entry.expiresAtEpochMillis()) {
        return entry.principal();
      }
      entries.remove(token);
    }
    return delegate.check(token).map(verified -> remember(token, verified));
  }

  private Principal remember(String token, VerifiedToken verified) {
    Principal principal = verified.principal();
    entries.put(
        token, new Entry(Future.succeededFuture(principal), verified.expiresAtEpochMillis()));
    if (entries.size() > entriesMax) {
      entries.pollFirstEntry();
    }
    return principal;
  }
}
