package io.pigpig.order.sim;

import io.pigpig.order.sim.Link.Weather;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;

/** What goes wrong in a run: faults that strike at seeded moments, several at a time. */
final class Nemesis {

  private static final long CLOCK_JUMP_MILLIS = 300_000;
  private static final long DRAIN_NANOS = 10_000_000_000L;
  private static final long UNDURABLE_MILLIS = 400;

  /** Kinds of faults. */
  private enum Fault {
    KILL_PROCESS,
    DRAIN_PROCESS,
    PAUSE_PROCESS,
    KILL_POSTGRES,
    POSTGRES_BUSY,
    KILL_REDIS,
    EMPTY_REDIS,
    FORGET_SCRIPTS,
    CUT,
    CLOG,
    STALL,
    BLACK_HOLE,
    LOSS,
    SLOW,
    SWIZZLE,
    CLOCK_JUMP,
    PAYMENT_FAILS,
    PAYMENT_AWAY,
    PEER_AWAY_LONG,
    PEER_HEARS_NOTHING,
    PEER_SAYS_NOTHING,
    CARRIER_FAILS,
    PRINTER_FAILS
  }

  private final World world;
  private final Surroundings around;
  private final List<ShopProcess> processes;
  private final IntConsumer restart;
  private final Set<Server> awayLong = new HashSet<>();

  /**
   * @param restart starts another process in a slot
   */
  Nemesis(World world, Surroundings around, List<ShopProcess> processes, IntConsumer restart) {
    this.world = world;
    this.around = around;
    this.processes = processes;
    this.restart = restart;
  }

  /** Strikes now and then until {@link #heal}, which the caller calls at the end. */
  void planUntil(long untilNanos) {
    int faults = world.random().nextInt(6, 17);
    for (int i = 0; i < faults; i++) {
      long at = world.random().nextLong(1_500_000_000L, untilNanos);
      Fault fault = Fault.values()[world.random().nextInt(Fault.values().length)];
      world.scheduler().at(at, () -> strike(fault));
    }
  }

  private void strike(Fault fault) {
    int slot = world.random().nextInt(processes.size());
    world.log("fault " + fault + " " + slot);
    world.count(World.Counter.FAULTS, 1);
    switch (fault) {
      case KILL_PROCESS -> killProcess(slot);
      case DRAIN_PROCESS -> drainProcess(slot);
      case PAUSE_PROCESS -> pauseProcess(slot);
      case KILL_POSTGRES -> killPostgres();
      case POSTGRES_BUSY -> {
        around.postgresServer.busy(world.random().nextInt(5, 60));
        later(500, 5000, () -> around.postgresServer.busy(0));
      }
      case KILL_REDIS -> killRedis();
      case EMPTY_REDIS -> emptyRedis();
      case FORGET_SCRIPTS -> around.redis.flushScripts();
      case CUT -> weather(slot, Weather.CUT);
      case CLOG -> weather(slot, Weather.CLOGGED);
      case STALL -> stall(slot);
      case BLACK_HOLE -> weather(slot, Weather.BLACK_HOLE);
      case LOSS ->
          weather(slot, Weather.lossy(world.random().nextInt(40), world.random().nextInt(60)));
      case SLOW -> weather(slot, Weather.slow(world.random().nextInt(5, 300)));
      case SWIZZLE -> swizzle();
      case CLOCK_JUMP -> jumpClock(slot);
      case PAYMENT_FAILS -> behave(around.payment);
      case PAYMENT_AWAY -> away(around.paymentServer);
      case PEER_AWAY_LONG ->
          awayLong(world.chance(50) ? around.paymentServer : around.carrierServer);
      case PEER_HEARS_NOTHING -> peerWeather(Weather.lossy(95, 0));
      case PEER_SAYS_NOTHING -> peerWeather(Weather.lossy(0, 100));
      case CARRIER_FAILS -> behave(around.carrier);
      case PRINTER_FAILS -> {
        around.printErrorPercent = world.random().nextInt(30, 101);
        later(1000, 8000, () -> around.printErrorPercent = 0);
      }
    }
  }

  private void later(int leastMillis, int mostMillis, Runnable task) {
    world.scheduler().after(world.millisBetween(leastMillis, mostMillis), task);
  }

  private void killProcess(int slot) {
    ShopProcess process = processes.get(slot);
    if (!process.machine().isDead()) {
      process.machine().kill();
      later(100, 4000, () -> restart.accept(slot));
    }
  }

  /** A rolling restart: whoever is not done in time is killed. */
  private void drainProcess(int slot) {
    ShopProcess process = processes.get(slot);
    Runnable leave =
        () -> {
          if (!process.machine().isDead()) {
            process.machine().kill();
            later(10, 500, () -> restart.accept(slot));
          }
        };
    process
        .machine()
        .run(
            () ->
                process
                    .drain()
                    .onSuccess(done -> world.log("drained " + slot))
                    .onComplete(done -> process.machine().later(0, leave)));
    world.scheduler().after(DRAIN_NANOS, leave);
  }

  private void pauseProcess(int slot) {
    Machine machine = processes.get(slot).machine();
    machine.pause();
    later(300, 12_000, machine::goOn);
  }

  private void killPostgres() {
    around.postgresServer.kill();
    if (world.has(Plant.COMMIT_NOT_DURABLE)) {
      around.postgres.tables.loseTail(UNDURABLE_MILLIS);
    }
    later(50, 3000, around.postgresServer::start);
  }

  private void killRedis() {
    around.redisServer.kill();
    around.redis.flushAll();
    around.redis.flushScripts();
    later(50, 3000, around.redisServer::start);
  }

  /** One connection to Postgres stands still for longer than an answer is waited for. */
  private void stall(int slot) {
    List<Link> links = processes.get(slot).links();
    Link link = links.get(world.random().nextInt(2));
    link.weather(Weather.CLOGGED);
    later(2200, 8000, () -> link.weather(Weather.FAIR));
  }

  /** Again and again, and with luck while orders are between gate and ledger. */
  private void emptyRedis() {
    if (world.chance(50)) {
      Weather slow = Weather.slow(world.random().nextInt(20, 200));
      processes.forEach(process -> process.writerLink().weather(slow));
      later(
          3000,
          5000,
          () -> processes.forEach(process -> process.writerLink().weather(Weather.FAIR)));
    }
    int times = world.random().nextInt(1, 6);
    for (int i = 0; i < times; i++) {
      later(0, 3000, around.redis::flushAll);
    }
  }

  /** The way of every process to one of the peers. */
  private void peerWeather(Weather weather) {
    boolean payment = world.chance(50);
    List<Link> struck =
        processes.stream().map(p -> payment ? p.paymentLink() : p.carrierLink()).toList();
    struck.forEach(link -> link.weather(weather));
    later(2000, 12_000, () -> struck.forEach(link -> link.weather(Weather.FAIR)));
  }

  private void away(Server server) {
    server.kill();
    later(500, 6000, () -> startUnlessAway(server));
  }

  /** For much longer than a step is tried for, and beyond the end of all other faults. */
  private void awayLong(Server server) {
    if (awayLong.add(server)) {
      server.kill();
      later(
          50_000,
          90_000,
          () -> {
            awayLong.remove(server);
            server.start();
          });
    }
  }

  private void startUnlessAway(Server server) {
    if (!awayLong.contains(server)) {
      server.start();
    }
  }

  private void behave(ModelPeer peer) {
    peer.behave(world.random().nextInt(101), world.random().nextInt(60));
    later(1000, 8000, () -> peer.behave(0, 0));
  }

  /** Now and then while a batch gathers, so that its orders are of two minds. */
  private void jumpClock(int slot) {
    long skew = world.chance(50) ? CLOCK_JUMP_MILLIS : -CLOCK_JUMP_MILLIS;
    ShopProcess process = processes.get(slot);
    if (world.chance(50)) {
      process.writerLink().weather(Weather.slow(world.random().nextInt(100, 400)));
      later(2000, 3000, () -> process.writerLink().weather(Weather.FAIR));
    }
    later(300, 1500, () -> process.machine().jumpClock(skew));
    later(2000, 12_000, () -> process.machine().jumpClock(0));
  }

  /** Some links of a process, or all of them. */
  private void weather(int slot, Weather weather) {
    List<Link> links = new ArrayList<>(processes.get(slot).links());
    if (world.chance(70)) {
      shuffle(links);
      links = links.subList(0, 1 + world.random().nextInt(2));
    }
    List<Link> struck = List.copyOf(links);
    struck.forEach(link -> link.weather(weather));
    later(200, 9000, () -> struck.forEach(link -> link.weather(Weather.FAIR)));
  }

  /** Clogs links one by one in random order, and frees them in another random order. */
  private void swizzle() {
    List<Link> links = new ArrayList<>();
    processes.forEach(process -> links.addAll(process.links()));
    shuffle(links);
    int clogged = world.random().nextInt(2, links.size() + 1);
    List<Link> some = new ArrayList<>(links.subList(0, clogged));
    long at = 0;
    for (Link link : some) {
      at += world.millisBetween(1, 250);
      world.scheduler().after(at, () -> link.weather(Weather.CLOGGED));
    }
    shuffle(some);
    for (Link link : some) {
      at += world.millisBetween(1, 250);
      world.scheduler().after(at, () -> link.weather(Weather.FAIR));
    }
  }

  private <T> void shuffle(List<T> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = world.random().nextInt(i + 1);
      T swapped = list.get(i);
      list.set(i, list.get(j));
      list.set(j, swapped);
    }
  }

  /** Everything is well from now on, but for what is still planned to end. */
  void heal() {
    world.log("healed");
    around.servers().forEach(this::startUnlessAway);
    around.servers().forEach(server -> server.busy(0));
    around.payment.behave(0, 0);
    around.carrier.behave(0, 0);
    around.printErrorPercent = 0;
    for (int slot = 0; slot < processes.size(); slot++) {
      ShopProcess process = processes.get(slot);
      if (process.machine().isDead()) {
        restart.accept(slot);
      } else {
        process.machine().goOn();
        process.links().forEach(link -> link.weather(Weather.FAIR));
      }
    }
  }
}
