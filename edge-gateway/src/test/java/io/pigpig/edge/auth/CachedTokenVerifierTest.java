package io.pigpig.edge.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachedTokenVerifierTest {

  private final HandClock clock = new HandClock();
  private final List<String> checked = new ArrayList<>();
  private final CachedTokenVerifier verifier = new CachedTokenVerifier(this::check, 2, clock);

  /** Every token proves its own text for ten seconds, except "bad". */
  private Future<VerifiedToken> check(String token) {
    checked.add(token);
    if (token.equals("bad")) {
      return Future.failedFuture(CompactToken.refused("is bad"));
    }
    return Future.succeededFuture(
        new VerifiedToken(
            new Principal(token, Role.CUSTOMER, Membership.NONE), clock.millis() + 10_000));
  }

  @Test
  void secondUseIsAnsweredFromMemory() {
    assertThat(verifier.verify("ann").result()).isEqualTo(verifier.verify("ann").result());
    assertThat(verifier.verify("ann").succeeded()).isTrue();
    assertThat(checked).containsExactly("ann");
  }

  @Test
  void tokenIsForgottenInTheMillisecondOfItsExpiry() {
    verifier.verify("ann");
    clock.advance(Duration.ofMillis(9_999));
    verifier.verify("ann");
    assertThat(checked).containsExactly("ann");
    clock.advance(Duration.ofMillis(1));
    verifier.verify("ann");
    assertThat(checked).containsExactly("ann", "ann");
  }

  @Test
  void refusedTokenIsJudgedAnewAndNotKept() {
    assertThat(verifier.verify("bad").failed()).isTrue();
    assertThat(verifier.verify("bad").failed()).isTrue();
    assertThat(checked).containsExactly("bad", "bad");
  }

  @Test
  void leastRecentlyUsedTokenGoesFirst() {
    for (String token : List.of("ann", "bob", "ann", "cyd", "ann", "bob")) {
      verifier.verify(token);
    }
    assertThat(checked).containsExactly("ann", "bob", "cyd", "bob");
  }

  @Test
  void cacheOfNothingIsRefused() {
    assertThatThrownBy(() -> new CachedTokenVerifier(this::check, 0, clock))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
