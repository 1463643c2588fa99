package io.pigpig.order.sim;

import io.pigpig.runtime.LinkDownException;
import io.pigpig.runtime.OutcomeUnknownException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The network between one process and one server, with the manners of the links of production: a
 * call that finds no connection fails with {@link LinkDownException}; one that was sent and not
 * answered in time fails with {@link OutcomeUnknownException} and costs the connection; a
 * connection comes back by itself. Messages of a connection arrive in their order, late, or not at
 * all.
 *
 * <p>What is in flight when a client lets go of its connection still arrives: a commit can happen
 * after everybody has given it up.
 */
final class Link {

  private static final long LATENCY_NANOS_MIN = 100_000;
  private static final long LATENCY_NANOS_MAX = 3_000_000;

  /** What the network does to messages now. */
  record Weather(boolean clogged, boolean cut, int requestLoss, int replyLoss, int slowness) {

    static final Weather FAIR = new Weather(false, false, 0, 0, 1);
    static final Weather CLOGGED = new Weather(true, false, 0, 0, 1);
    static final Weather CUT = new Weather(false, true, 0, 0, 1);
    static final Weather BLACK_HOLE = new Weather(false, false, 100, 100, 1);

    static Weather lossy(int requestLoss, int replyLoss) {
      return new Weather(false, false, requestLoss, replyLoss, 1);
    }

    static Weather slow(int times) {
      return new Weather(false, false, 0, 0, times);
    }
  }

  private final World world;
  private final Machine machine;
  private final Server server;
  private final String name;
  private final Duration answerTimeout;
  private final List<Promise<?>> waiting = new ArrayList<>();
  private final List<Runnable> stuck = new ArrayList<>();
  private Weather weather = Weather.FAIR;
  private boolean connected;
  private int connections;
  private long lastSentNanos;
  private long lastAnsweredNanos;

  Link(World world, Machine machine, Server server, String name, Duration answerTimeout) {
    this.world = world;
    this.machine = machine;
    this.server = server;
    this.name = machine.name() + "-" + name;
    this.answerTimeout = answerTimeout;
    server.connect(this);
    reconnectLater();
  }

  boolean isUp() {
    return connected;
  }

  boolean isAbandoned() {
    return machine.isDead() && stuck.isEmpty();
  }

  /** Has the server do something; the answer is what it said, or what it threw. */
  <T extends @Nullable Object> Future<T> call(String what, Supplier<T> effect) {
    if (!connected) {
      return Future.failedFuture(new LinkDownException("no connection (" + name + ")"));
    }
    Promise<T> answer = Promise.promise();
    waiting.add(answer);
    int connection = connections;
    int start = server.starts();
    machine.later(answerTimeout.toNanos(), () -> giveUp(answer, connection));
    lastSentNanos =
        travel(
            weather.requestLoss,
            lastSentNanos,
            () -> arrived(what, effect, start, reply(answer, connection)));
    return answer.future();
  }

  private void refuseForNow() {
    if (world.chance(server.busyPercent())) {
      throw new LinkDownException(server.name() + " refused for now");
    }
  }

  private interface Reply<T extends @Nullable Object> {
    void send(@Nullable T said, @Nullable RuntimeException thrown);
  }

  private <T extends @Nullable Object> void arrived(
      String what, Supplier<T> effect, int start, Reply<T> reply) {
    if (!server.isUp() || server.starts() != start) {
      return;
    }
    T said = null;
    RuntimeException thrown = null;
    try {
      refuseForNow();
      said = effect.get();
    } catch (LinkDownException | StoreRefusedException | IllegalArgumentException e) {
      // The last is a value that cannot be: its reader fails on it as well.
      thrown = e;
    }
    world.log(name + " " + what + (thrown == null ? "" : " refused: " + thrown.getMessage()));
    if (machine.isDead()) {
      world.count(World.Counter.LATE_EFFECTS, 1);
    }
    reply.send(said, thrown);
  }

  @SuppressWarnings("NullAway") // A null answer is one only where T says so.
  private <T extends @Nullable Object> Reply<T> reply(Promise<T> answer, int connection) {
    return (said, thrown) ->
        lastAnsweredNanos =
            travel(
                weather.replyLoss,
                lastAnsweredNanos,
                () ->
                    machine.run(
                        () -> {
                          if (connection != connections || !waiting.remove(answer)) {
                            return;
                          }
                          if (thrown == null) {
                            answer.complete(said);
                          } else {
                            answer.fail(thrown);
                          }
                        }));
  }

  /** Answers when the message arrives, so that the next one arrives after it. */
  private long travel(int lossPercent, long lastNanos, Runnable arrive) {
    boolean lost = world.chance(lossPercent);
    long latency = world.random().nextLong(LATENCY_NANOS_MIN, LATENCY_NANOS_MAX);
    long at = Math.max(world.scheduler().nowNanos() + latency * weather.slowness, lastNanos + 1);
    if (!lost) {
      world.scheduler().at(at, () -> arriveOrStick(arrive));
    }
    return at;
  }

  private void arriveOrStick(Runnable arrive) {
    if (weather.clogged) {
      stuck.add(arrive);
    } else {
      arrive.run();
    }
  }

  private void giveUp(Promise<?> answer, int connection) {
    if (connection == connections && waiting.contains(answer)) {
      lost("no answer in " + answerTimeout.toMillis() + " ms");
    }
  }

  /** What waits for an answer hears that none will come; then the line is made anew. */
  private void lost(String why) {
    if (!connected) {
      return;
    }
    connected = false;
    connections++;
    List<Promise<?>> unanswered = List.copyOf(waiting);
    waiting.clear();
    reconnectLater();
    unanswered.forEach(
        answer -> answer.tryFail(new OutcomeUnknownException(name + ": " + why, null)));
  }

  private void reconnectLater() {
    machine.later(world.millisBetween(20, 400), this::reconnect);
  }

  private void reconnect() {
    if (connected) {
      return;
    }
    boolean reachable = !weather.cut && !weather.clogged && weather.requestLoss < 100;
    if (server.isUp() && reachable) {
      connected = true;
      lastSentNanos = 0;
      lastAnsweredNanos = 0;
    } else {
      reconnectLater();
    }
  }

  /** The server's end of the connection is gone; a network that is there says so. */
  void serverGone() {
    stuck.clear();
    if (weather.requestLoss < 100) {
      int connection = connections;
      machine.later(
          world.millisBetween(0, 5),
          () -> {
            if (connection == connections) {
              lost("the server is gone");
            }
          });
    }
  }

  void weather(Weather next) {
    weather = next;
    if (next.cut) {
      machine.run(() -> lost("reset"));
    }
    if (!next.clogged) {
      List<Runnable> free = List.copyOf(stuck);
      stuck.clear();
      free.forEach(arrive -> world.scheduler().after(0, arrive));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
