package io.pigpig.cluster;

import io.pigpig.cluster.Callers.Answer;
import io.pigpig.cluster.ClusterSettings.CanarySettings;
import io.pigpig.runtime.Loop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the other processes' messages no longer reach this one, and mends it.
 *
 * <p>A request of a process to itself proves nothing: an address that the cluster's table has lost
 * is delivered within the process. So each try looks into the table for every subscription, and
 * asks one or two other processes to call: to publish, at each address, a message that carries this
 * process's name and the number of the try. The calls take the way that events take; they are heard
 * before the consumers, which never see them. A subscription that misses some tries in a row is
 * made anew; when that does not help either, this process is deaf and {@code onDeaf} ends it, to be
 * started again. Members of one cluster give up one after the other, in the order of their names,
 * so that a fault of all of them does not end all of them at once. Of two members neither can know
 * which of them it is that does not hear: the one whose turn comes first ends itself.
 *
 * <p>An address that several processes subscribe to needs a canary in each of them: without it,
 * their consumers would see the calls. So what is watched is this process's alone: its inbox
 * ({@link ClusterEvents}) and where it hears that it is to call. What the owner does with the bus
 * does not depend on the canary. State belongs to {@code loop}; methods are safe from any thread.
 */
public final class BusCanary {

  /** What a process that ends itself as deaf exits with: try again, in the words of sysexits.h. */
  public static final int DEAF_EXIT_CODE = 75;

  private static final Logger log = LoggerFactory.getLogger(BusCanary.class);

  private final Parts parts;
  private final CanarySettings settings;
  private final EventBus bus;
  private final String self;
  private final Callers callers;
  private final Handler<DeliveryContext<Object>> interceptor = this::intercept;
  private final Set<String> addresses = ConcurrentHashMap.newKeySet();
  private final AtomicLong renewals = new AtomicLong();
  private final List<Watched> watched = new ArrayList<>();
  private long timer = -1;
  private boolean trying;
  private boolean closed;
  private int silences;
  private volatile long round;
  private volatile boolean hears;
  private volatile boolean deaf;

  /**
   * What a canary works with.
   *
   * @param loop on which it runs
   * @param onDeaf ends the process; called once, on that loop
   */
  public record Parts(Vertx vertx, BusMembership members, Loop loop, Runnable onDeaf) {}

  public BusCanary(Parts parts, CanarySettings settings) {
    this.parts = parts;
    this.settings = settings;
    this.bus = parts.vertx().eventBus();
    this.self = parts.members().nodeId();
    this.callers = new Callers(bus, settings.timeout());
  }

  /** Begins to watch; what is subscribed before is not watched. */
  public Future<Void> open() {
    return parts
        .loop()
        .call(
            () -> {
              bus.addInboundInterceptor(interceptor);
              timer = parts.vertx().setPeriodic(settings.every().toMillis(), id -> attempt());
              return watch(() -> bus.consumer(Callers.ear(self), this::onProbe));
            })
        .onSuccess(open -> hears = true);
  }

  /**
   * Subscribes on the caller's event loop and watches the subscription from then on: it may be made
   * anew at any time, on that loop.
   *
   * @param subscription makes a consumer of the same address each time
   * @return fails when there are too many, or the address is watched already; nothing is subscribed
   *     then
   */
  public Future<Void> watch(Supplier<? extends MessageConsumer<?>> subscription) {
    Context owner = parts.vertx().getOrCreateContext();
    MessageConsumer<?> consumer = subscription.get();
    String address = consumer.address();
    boolean isNew = addresses.size() < settings.addressesMax() && addresses.add(address);
    if (!isNew) {
      String reason =
          addresses.contains(address)
              ? "it is watched already"
              : settings.addressesMax() + " addresses are watched already";
      return consumer
          .unregister()
          .transform(
              ended -> Future.failedFuture(new IllegalStateException(address + ": " + reason)));
    }
    parts.loop().execute(() -> watched.add(new Watched(owner, subscription, consumer)));
    return consumer.completion();
  }

  /** Other processes ask for calls here. */
  private void onProbe(Message<JsonObject> message) {
    Probe probe;
    try {
      probe = Probe.of(message.body());
    } catch (IllegalArgumentException e) {
      message.fail(1, String.valueOf(e.getMessage()));
      return;
    }
    DeliveryOptions marked = new DeliveryOptions().addHeader(Probe.HEADER, probe.mark());
    for (String address : probe.addresses()) {
      bus.publish(address, new JsonObject(), marked);
    }
    message.reply(new JsonObject());
  }

  /** Runs on the loop of whatever consumer a message is for. */
  private void intercept(DeliveryContext<Object> delivery) {
    String mark = delivery.message().headers().get(Probe.HEADER);
    if (mark == null) {
      delivery.next();
    } else if (mark.startsWith(self)) {
      String address = delivery.message().address();
      parts.loop().execute(() -> called(address, mark));
    }
  }

  private void called(String address, String mark) {
    if (mark.equals(new Probe(self, round, List.of()).mark())) {
      watched.stream().filter(it -> it.address().equals(address)).forEach(Watched::called);
    }
  }

  /** One try. The next begins once this one has ended, which takes the timeout. */
  private void attempt() {
    if (trying || deaf || closed) {
      return;
    }
    trying = true;
    long now = round + 1;
    round = now;
    List<String> members = parts.members().nodes();
    for (Watched each : watched) {
      each.begin();
      each.look(parts.members());
    }
    List<String> addresses = watched.stream().map(Watched::address).toList();
    List<Future<Answer>> asked = callers.ask(new Probe(self, now, addresses), members);
    parts
        .vertx()
        .timer(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(passed -> judge(members, asked));
  }

  private void judge(List<String> members, List<Future<Answer>> asked) {
    trying = false;
    if (closed) {
      return;
    }
    List<Answer> answers =
        asked.stream().map(it -> it.isComplete() ? it.result() : Answer.SILENT).toList();
    boolean answered = answers.contains(Answer.CALLED);
    boolean silent = !members.contains(self) || (!answered && answers.contains(Answer.SILENT));
    silences = silent ? silences + 1 : 0;
    int worst = silences;
    for (Watched each : watched) {
      int misses = each.end(answered);
      worst = Math.max(worst, misses);
      if (misses > 0 && misses % settings.renewAfter() == 0) {
        renew(each);
      }
    }
    heard(worst);
    int rank = (int) members.stream().filter(it -> it.compareTo(self) < 0).count();
    if (worst >= settings.deafAfter() * (1 + rank)) {
      giveUp(worst, members);
    }
  }

  private void heard(int worst) {
    boolean now = worst < settings.renewAfter();
    if (now != hears) {
      hears = now;
      if (now) {
        log.info("the event bus reaches this process again");
      } else {
        log.warn(
            "the event bus has not reached this process in {} tries; {} silences, {}",
            worst,
            silences,
            watched.stream().map(it -> it.address() + " missed " + it.misses()).toList());
      }
    }
  }

  private void renew(Watched each) {
    renewals.incrementAndGet();
    log.warn("subscribing to {} anew after {} misses", each.address(), each.misses());
    each.renew(parts.loop().context());
  }

  private void giveUp(int worst, List<String> members) {
    deaf = true;
    hears = false;
    log.error(
        "this process is deaf: the event bus of {} members has not reached it in {} tries;"
            + " it ends and is to be started again",
        members.size(),
        worst);
    parts.onDeaf().run();
  }

  /**
   * Whether the last tries reached this process: one that misses a few is still being mended. Also
   * true when it is alone in its cluster.
   */
  public boolean hears() {
    return hears;
  }

  /** Whether {@code onDeaf} was called. */
  public boolean isDeaf() {
    return deaf;
  }

  /** Tries that were begun since the start. */
  public long tries() {
    return round;
  }

  /** Subscriptions that were made anew since the start. */
  public long renewals() {
    return renewals.get();
  }

  /** Ends the watch and the subscriptions that it watched. */
  public Future<Void> close() {
    return parts
        .loop()
        .call(
            () -> {
              parts.vertx().cancelTimer(timer);
              hears = false;
              closed = true;
              List<Future<Void>> ended = watched.stream().map(Watched::unsubscribe).toList();
              // Until then others still call, and the consumers are not to see it.
              return Future.join(ended)
                  .otherwiseEmpty()
                  .<Void>mapEmpty()
                  .onComplete(over -> bus.removeInboundInterceptor(interceptor));
            });
  }
}
