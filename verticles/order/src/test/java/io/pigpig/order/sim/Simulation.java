package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.order.sim.Violations.Violation;
import io.pigpig.stock.StockService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One run: some processes, customers and faults, all of them chosen by the seed; then everything is
 * well again, and once nothing is left to be done the checker looks.
 */
final class Simulation {

  private static final long SECOND = 1_000_000_000L;
  private static final long ACTIVE_NANOS = 40 * SECOND;
  private static final int CUSTOMERS = 6;
  private static final long PROBE_NANOS = SECOND / 4;

  /** The last cursor of the expiry walks a minute behind; a sweep and a retry come on top. */
  private static final long SETTLED_NANOS = ACTIVE_NANOS + 150 * SECOND;

  /**
   * What came of a run.
   *
   * @param hash of everything that happened
   * @param tail what happened last
   */
  record Result(
      long seed,
      String hash,
      List<Violation> violations,
      Map<World.Counter, Long> counters,
      long virtualNanos,
      List<String> tail) {}

  private final long seed;
  private final World world;
  private final SimSettings settings = SimSettings.all();
  private final Surroundings around;
  private final List<ShopProcess> processes = new ArrayList<>();
  private final List<Customer> customers = new ArrayList<>();
  private final Front front;
  private final Violations violations = new Violations();
  private final StoreChecker checker;
  private final Nemesis nemesis;
  private int started;

  private Simulation(long seed, Set<Plant> plants, int tailMax) {
    this.seed = seed;
    this.world = World.of(new SplittableRandom(seed), new EventLog(tailMax), plants);
    this.around = new Surroundings(world, settings);
    int size = 2 + world.random().nextInt(2);
    for (int slot = 0; slot < size; slot++) {
      processes.add(fresh(slot));
    }
    this.front = new Front(world, processes);
    ModelCallbacks callbacks = new ModelCallbacks(world, processes);
    callbacks.of(Peer.PAYMENT, around.payment);
    callbacks.of(Peer.CARRIER, around.carrier);
    this.checker = new StoreChecker(around, settings, violations);
    this.nemesis = new Nemesis(world, around, processes, this::restart);
  }

  private ShopProcess fresh(int slot) {
    Machine machine = new Machine(world, "p" + slot + "." + started++);
    return new ShopProcess(world, around, settings, machine);
  }

  private void restart(int slot) {
    ShopProcess old = processes.get(slot);
    if (old.machine().isDead()) {
      world.count(World.Counter.REBUILDS, old.rebuilds());
      processes.set(slot, fresh(slot));
    }
  }

  /** Runs the seed; the same seed does the same every time. */
  static Result run(long seed, Set<Plant> plants, int tailMax) {
    return new Simulation(seed, plants, tailMax).run();
  }

  private Result run() {
    for (int i = 0; i < CUSTOMERS; i++) {
      Customer customer = new Customer(world, front, "customer" + i, ACTIVE_NANOS);
      customers.add(customer);
      customer.begin();
    }
    nemesis.planUntil(ACTIVE_NANOS);
    probe();
    world.scheduler().after(5 * SECOND, this::changeStock);
    world.scheduler().runUntil(ACTIVE_NANOS);
    nemesis.heal();
    settle();
    checker.check();
    new ToldHistory(front.history(), around.postgres.tables).check(violations);
    new AnswerChecker(front.history(), around.postgres.tables, violations).check();
    processes.forEach(process -> world.count(World.Counter.REBUILDS, process.rebuilds()));
    violations.found().forEach(violation -> world.log(violation.toString()));
    world.count(World.Counter.OPERATIONS, front.history().size());
    world.count(
        World.Counter.ORDERS,
        around.postgres.tables.orders.values().stream().filter(row -> !row.fence).count());
    return new Result(
        seed,
        world.log().hash(),
        violations.found(),
        world.counters(),
        world.scheduler().nowNanos(),
        world.log().tail());
  }

  /** Looks at the stock again and again: what was oversold for a while was oversold. */
  private void probe() {
    checker.checkStock();
    world.scheduler().after(PROBE_NANOS, this::probe);
  }

  private void settle() {
    long now = ACTIVE_NANOS;
    boolean quiet = false;
    while (!quiet && now < SETTLED_NANOS) {
      now += SECOND;
      world.scheduler().runUntil(now);
      quiet =
          now > ACTIVE_NANOS + 12 * SECOND
              && customers.stream().allMatch(Customer::isDone)
              && checker.isAtRest();
    }
  }

  /** An operator who sees to it that there is always a little less than is asked for. */
  private void changeStock() {
    List<Sku> skus = List.copyOf(Surroundings.GOODS.keySet());
    Sku sku = skus.get(world.random().nextInt(3));
    int more = world.random().nextInt(4);
    ShopProcess shop = processes.get(world.random().nextInt(processes.size()));
    if (shop.isServing()) {
      shop.machine().run(() -> setTotal(shop.stock(), sku, more));
    }
    if (world.scheduler().nowNanos() < ACTIVE_NANOS) {
      world.scheduler().after(world.millisBetween(500, 2500), this::changeStock);
    }
  }

  private void setTotal(StockService stock, Sku sku, int more) {
    stock
        .level(sku)
        .compose(level -> stock.setTotal(sku, level.held() + level.sold() + more))
        .onComplete(done -> world.log("total " + sku + " " + done.result()));
  }
}
