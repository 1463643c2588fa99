package io.pigpig.edge.wiring;

import io.pigpig.edge.auth.DevelopmentIssuer;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.stores.StartupFailure;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that a process shows to the others: of a file, or issued here, or none where its role
 * asks nobody.
 */
final class ServiceTokens {

  private final Supplier<Supplier<String>> forLoops;
  private final @Nullable TokenFile file;

  private ServiceTokens(Supplier<Supplier<String>> forLoops, @Nullable TokenFile file) {
    this.forLoops = forLoops;
    this.file = file;
  }

  /**
   * Reads the file, if there is one. Blocking: for start-up.
   *
   * @throws StartupFailure with one line when the role asks others and there is neither a file nor
   *     an issuer
   */
  static ServiceTokens of(Shared shared) {
    EdgeSettings settings = shared.settings();
    String named = settings.services().tokenFile();
    if (!settings.process().role().asksOthers()) {
      return new ServiceTokens(() -> () -> "", null);
    }
    if (!named.isEmpty()) {
      TokenFile file = TokenFile.open(Path.of(named));
      return new ServiceTokens(() -> file, file);
    }
    Supplier<DevelopmentIssuer> issuers = shared.security().issuers();
    if (issuers == null) {
      throw new StartupFailure(
          "services.token-file must name an operator's token: this process asks other roles, and"
              + " tokens are not issued here");
    }
    return new ServiceTokens(() -> new ServiceToken(issuers.get(), shared.ownClock()), null);
  }

  /** That of one more event loop. */
  Supplier<String> forLoop() {
    return forLoops.get();
  }

  /** Reads the file again from now on; called on {@code loop}. */
  void keepFresh(Vertx vertx, Shared shared, Loop loop) {
    if (file == null) {
      return;
    }
    TokenFile reread = file;
    EdgeSettings settings = shared.settings();
    PeriodicTask task =
        new PeriodicTask(
            "reading services.token-file",
            () -> reread.refresh(vertx).map(false),
            new PeriodicTask.On(loop, shared.ticker(), settings.process().taskTimeout()));
    vertx.setPeriodic(settings.services().tokenEvery().toMillis(), id -> task.run());
  }
}
