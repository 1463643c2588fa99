package io.pigpig.runtime.faults;

import io.pigpig.runtime.faults.DirectionFaults.Allowance;
import io.pigpig.runtime.faults.DirectionFaults.Strike;
import io.pigpig.runtime.faults.DirectionFaults.Trigger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on 127.0.0.1 between the stack and a real server, that does to their connections what
 * a bad network does.
 *
 * <p>Faults hold for all connections, those open and those to come, until they are taken back or
 * {@link #heal()} takes back all. Bytes are never reordered, and back-pressure goes through: of a
 * connection at most {@value Pipe#QUEUE_BYTES_MAX} bytes and a few reads of the socket are kept in
 * each direction. A connection that one side closes is closed on the other side once its bytes are
 * delivered; TCP's half-closed connections are not kept, as no protocol of ours uses them.
 *
 * <p>Lives on one event loop of {@code vertx}. Every method may be called from any thread that may
 * block, and from a predicate; it returns once the fault holds, and fails after 30 s.
 */
public final class FaultProxy implements AutoCloseable {

  private static final int ANSWER_SECONDS = 30;

  private final Vertx vertx;
  private final ProxyVerticle verticle;
  private final String deployment;
  private final int port;

  private FaultProxy(Vertx vertx, ProxyVerticle verticle, String deployment, int port) {
    this.vertx = vertx;
    this.verticle = verticle;
    this.deployment = deployment;
    this.port = port;
  }

  /** A proxy without faults on a free port; the target is connected to once per connection. */
  public static FaultProxy start(Vertx vertx, String targetHost, int targetPort) {
    ProxyVerticle verticle =
        new ProxyVerticle(SocketAddress.inetSocketAddress(targetPort, targetHost));
    String deployment = await(vertx.deployVerticle(verticle));
    return new FaultProxy(vertx, verticle, deployment, await(on(verticle, () -> verticle.port)));
  }

  /** A proxy in front of the server that a URL such as {@code redis://host:port/1} names. */
  public static FaultProxy before(Vertx vertx, String url) {
    URI address = URI.create(url);
    return start(vertx, address.getHost(), address.getPort());
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** The URL with this proxy's address in place of its own. */
  public String through(String url) {
    URI to = URI.create(url);
    try {
      return new URI(
              to.getScheme(),
              to.getUserInfo(),
              ProxyVerticle.HOST,
              port,
              to.getPath(),
              to.getQuery(),
              to.getFragment())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(url, e);
    }
  }

  /**
   * Delays bytes by {@code latency} and up to {@code jitter} more, by {@code random}'s choice; what
   * is under way already is delayed anew.
   *
   * @param random used on the proxy's loop only from now on
   */
  public void delay(
      Direction direction, Duration latency, Duration jitter, RandomGenerator random) {
    if (latency.isNegative() || jitter.isNegative()) {
      throw new IllegalArgumentException("latency " + latency + ", jitter " + jitter);
    }
    change(() -> verticle.faults.in(direction).delay(latency, jitter, random));
  }

  /** Lets at most so many bytes a second through on each connection. */
  public void limitRate(Direction direction, long bytesPerSecond) {
    positive("bytes a second", bytesPerSecond);
    change(() -> verticle.faults.in(direction).bytesPerSecond = bytesPerSecond);
  }

  /**
   * Closes the connection that carries the {@code bytes}-th byte from now on, after that byte, on
   * both sides; others stay.
   *
   * @return completes when it has happened; fails when healed before
   */
  public Future<Void> cutAfter(Direction direction, long bytes) {
    positive("bytes", bytes);
    Allowance allowance = new Allowance(bytes);
    change(
        () -> {
          DirectionFaults faults = verticle.faults.in(direction);
          mustBeFree(direction, faults.allowance);
          faults.allowance = allowance;
        });
    return allowance.struck.future();
  }

  /**
   * Closes the first connection whose bytes fit; what made them fit is not delivered. In {@link
   * Direction#TO_SERVER} a request is lost before the server has seen it, in {@link
   * Direction#TO_CLIENT} an answer after the server has done the work.
   *
   * @param bytes asked on every delivery of a connection, on the proxy's loop, about the bytes of
   *     that connection since now, the last 8 KiB and the new ones; an answer that came in pieces
   *     fits with its last piece, when the others are delivered already
   * @return completes when it has happened; fails when healed before
   */
  public Future<Void> cutWhen(Direction direction, Predicate<Buffer> bytes) {
    return arm(direction, new Trigger(bytes, Strike.CUT));
  }

  /**
   * Delivers the first request that fits, and closes its connection in place of the first bytes
   * that the server sends after it: the work was begun, and nobody hears of its end. Meant for
   * connections on which no earlier request is still unanswered, and for servers that answer when
   * the work is done.
   *
   * @param request as in {@link #cutWhen}
   * @return completes when it has happened; fails when healed before
   */
  public Future<Void> cutReplyTo(Predicate<Buffer> request) {
    return arm(Direction.TO_SERVER, new Trigger(request, Strike.CUT_REPLY));
  }

  /**
   * Leads new connections to the server that a URL such as {@code redis://host:port} names, as a
   * failover does; those open stay. Healing does not take it back.
   */
  public void leadTo(String url) {
    URI address = URI.create(url);
    change(
        () ->
            verticle.target =
                SocketAddress.inetSocketAddress(address.getPort(), address.getHost()));
  }

  /** Breaks off all connections of the moment with RST; new ones are accepted. */
  public void reset() {
    change(() -> List.copyOf(verticle.tunnels).forEach(Tunnel::reset));
  }

  /**
   * Makes all connections of the moment black holes in both directions; new ones are as all others.
   * Healing does not take it back: they are silent until the proxy is closed.
   */
  public void silence() {
    change(() -> List.copyOf(verticle.tunnels).forEach(Tunnel::silence));
  }

  /**
   * A black hole: nothing is read or delivered in this direction, and the connections stay. Clogged
   * in one direction only, they are half-open. The kernel goes on accepting new connections.
   */
  public void clog(Direction direction) {
    change(() -> verticle.faults.in(direction).clogged = true);
  }

  /** Lets flow what {@link #clog} held up, as after a partition, and all that comes. */
  public void unclog(Direction direction) {
    change(() -> verticle.faults.in(direction).clogged = false);
  }

  /** Answers new connections with RST; those open stay. */
  public void refuse() {
    change(() -> verticle.faults.refusing = true);
  }

  /** Takes back every fault; what was held up flows at once. */
  public void heal() {
    change(verticle.faults::heal);
  }

  /** Connections that are open now. */
  public int connections() {
    return ask(() -> verticle.tunnels.size());
  }

  /** Connections accepted so far, those that were refused included. */
  public long accepted() {
    return ask(() -> verticle.accepted);
  }

  /** Bytes delivered so far. */
  public long passedBytes(Direction direction) {
    return ask(() -> verticle.faults.in(direction).passedBytes);
  }

  /** Bytes that have come and wait for their delivery. */
  public long queuedBytes(Direction direction) {
    return ask(
        () -> verticle.tunnels.stream().mapToLong(tunnel -> tunnel.queuedBytes(direction)).sum());
  }

  /** Breaks off all connections and stops listening. */
  @Override
  public void close() {
    await(vertx.undeploy(deployment));
  }

  /** Fits bytes in which this text, one byte a character, stands. */
  public static Predicate<Buffer> containing(String latin1) {
    return bytes -> new String(bytes.getBytes(), StandardCharsets.ISO_8859_1).contains(latin1);
  }

  private Future<Void> arm(Direction direction, Trigger trigger) {
    change(
        () -> {
          DirectionFaults faults = verticle.faults.in(direction);
          mustBeFree(direction, faults.trigger);
          faults.trigger = trigger;
        });
    return trigger.struck.future();
  }

  private static void mustBeFree(Direction direction, @Nullable Object armed) {
    if (armed != null) {
      throw new IllegalStateException("one that has not struck yet is armed " + direction);
    }
  }

  private static void positive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + ": " + value);
    }
  }

  private void change(Runnable fault) {
    ask(
        () -> {
          fault.run();
          List.copyOf(verticle.tunnels).forEach(Tunnel::pump);
          return true;
        });
  }

  private <T> T ask(Supplier<T> question) {
    if (verticle.loop().equals(Vertx.currentContext())) {
      return question.get();
    }
    return await(on(verticle, question));
  }

  private static <T> Future<T> on(ProxyVerticle verticle, Supplier<T> question) {
    return Future.future(
        promise ->
            verticle
                .loop()
                .runOnContext(
                    nothing ->
                        Future.succeededFuture().map(now -> question.get()).onComplete(promise)));
  }

  private static <T> T await(Future<T> future) {
    CompletableFuture<T> answer = future.toCompletionStage().toCompletableFuture();
    return answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
  }
}
