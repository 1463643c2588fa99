package io.pigpig.runtime.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.OutcomeUnknownException;
import io.pigpig.runtime.settings.SettingsReader;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.TestStores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection against a real Redis that stands still or is killed. */
final class RedisLinkTest {

  private static final Duration BACK_WITHIN = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final RedisLink link =
      new RedisLink(
          vertx,
          TestStores.freshRedis(),
          "link",
          SettingsReader.read(RedisLinkSettings.class, Map.of("answer-timeout", "300ms")),
          new Random(3));

  @BeforeEach
  void open() throws Exception {
    onLoop(link::open);
  }

  @AfterEach
  void close() throws Exception {
    onLoop(link::close);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void answersInTheOrderOfTheCommands() throws Exception {
    onLoop(() -> link.send(Request.cmd(Command.SET).arg("k").arg("v")));
    assertThat(String.valueOf(onLoop(() -> link.send(Request.cmd(Command.GET).arg("k")))))
        .isEqualTo("v");
    assertThat(onLoop(() -> link.send(Request.cmd(Command.GET).arg("absent")))).isNull();
  }

  @Test
  void anErrorOfTheServerIsToldAsItIsAndTheLinkStaysUp() throws Exception {
    onLoop(() -> link.send(Request.cmd(Command.SET).arg("k").arg("v")));
    assertThatThrownBy(() -> onLoop(() -> link.send(Request.cmd(Command.HGETALL).arg("k"))))
        .isInstanceOf(ErrorType.class);
    assertThat(link.isUp()).isTrue();
  }

  @Test
  void aRedisThatStandsStillLeavesTheOutcomeUnknownAndIsTakenUpAgain() throws Exception {
    long pid = TestStores.stores().redisPid().orElseThrow();
    signal("STOP", pid);
    try {
      Future<@Nullable Response> first = begin(() -> link.send(Request.cmd(Command.PING)));
      Future<@Nullable Response> second = begin(() -> link.send(Request.cmd(Command.PING)));
      assertThatThrownBy(() -> first.await(30, TimeUnit.SECONDS))
          .isInstanceOf(OutcomeUnknownException.class);
      assertThatThrownBy(() -> second.await(30, TimeUnit.SECONDS))
          .isInstanceOf(OutcomeUnknownException.class);
    } finally {
      signal("CONT", pid);
    }
    Eventually.holds("the link back", BACK_WITHIN, this::answers);
  }

  @Test
  void aKilledRedisIsTakenUpAgain() {
    TestStores.kill9Redis();
    Eventually.holds("the loss seen", BACK_WITHIN, () -> !answers());
    Eventually.holds("the link back", BACK_WITHIN, this::answers);
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private boolean answers() {
    try {
      onLoop(() -> link.send(Request.cmd(Command.PING)));
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private <T extends @Nullable Object> T onLoop(Supplier<Future<T>> work) throws Exception {
    return begin(work).await(30, TimeUnit.SECONDS);
  }

  private <T extends @Nullable Object> Future<T> begin(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future();
  }
}
