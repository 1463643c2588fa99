package io.pigpig.perf;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The first speed mark: role {@code all} against the bare path on the same Postgres, interleaved in
 * one run, {@code wrk -t1 -c64} with a fresh key each request.
 */
final class FirstOrder implements Scenario {

  private static final int CUSTOMERS = 64;
  private static final Duration WARM_UP_MAX = Duration.ofSeconds(20);

  /** The stack, seen by a client that can count what it sold. */
  private record Shop(HttpShop http, String operator, List<String> skus) {

    long committed() throws IOException {
      long sum = 0;
      for (String sku : skus) {
        sum += http.stock(sku).committed();
      }
      return sum;
    }
  }

  @Override
  public Report run(Setup setup) throws Exception {
    for (String line : WrkRun.missing()) {
      throw new IOException(line);
    }
    try (TempFolder data = TempFolder.create();
        StackProcess stack = setup.stack(data.path())) {
      setup.progress("starting a stack on an empty folder");
      stack.start();
      long jvm = stack.pid(StackProcess.JVM);
      String postgresUrl = stack.files().postgresUrl();
      int barePort = setup.options().number("bare-port", 18_090);
      try (HttpShop http = new HttpShop(stack.ports().http());
          BareProcess bare = BareProcess.start(barePort, postgresUrl, JvmFlags.ofProcess(jvm))) {
        Shop shop = stocked(http, setup.options().number("stock", 10_000_000));
        SpeedRound.Side ours = stackSide(stack, shop, data.path());
        Path bareFeed = data.path().resolve("bare.feed");
        WrkRun.writeFeed(bareFeed, "bare", shop.skus(), List.of());
        SpeedRound.Side reference =
            new SpeedRound.Side(
                "bare path", barePort, bareFeed, bare.pid(), ours.postgresPid(), 0, bare::orders);
        return measure(setup, shop, List.of(ours, reference));
      }
    }
  }

  private static Shop stocked(HttpShop http, long unitsEach) throws IOException {
    String operator = http.token("perf-operator", "operator");
    List<String> skus = http.skus();
    for (String sku : skus) {
      http.setStock(operator, sku, unitsEach);
    }
    return new Shop(http, operator, skus);
  }

  private static SpeedRound.Side stackSide(StackProcess stack, Shop shop, Path folder)
      throws IOException {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      tokens.add(shop.http().token("perf-" + i, "customer"));
    }
    Path feed = folder.resolve("stack.feed");
    WrkRun.writeFeed(feed, "stack", shop.skus(), tokens);
    return new SpeedRound.Side(
        "role all",
        stack.ports().http(),
        feed,
        stack.pid(StackProcess.JVM),
        stack.pid(StackProcess.POSTGRES),
        stack.pid(StackProcess.REDIS),
        shop::committed);
  }

  private static Report measure(Setup setup, Shop shop, List<SpeedRound.Side> sides)
      throws IOException {
    WrkRun wrk = new WrkRun(setup.root().resolve("perf/wrk/order.lua"));
    Duration length = Duration.ofSeconds(setup.options().number("seconds", 10));
    Duration warmUp = length.compareTo(WARM_UP_MAX) < 0 ? length : WARM_UP_MAX;
    for (SpeedRound.Side side : sides) {
      setup.progress("warming up " + side.name());
      wrk.run(side.port(), warmUp, side.feed());
    }
    SpeedComparison comparison = new SpeedComparison(sides.get(0).name(), sides.get(1).name());
    int rounds = setup.options().number("rounds", 3);
    for (int round = 0; round < rounds; round++) {
      // The order alternates, so that a machine that slows down slows both sides.
      List<SpeedRound.Side> order = round % 2 == 0 ? sides : sides.reversed();
      for (SpeedRound.Side side : order) {
        SpeedRound measured = SpeedRound.measure(wrk, side, length);
        comparison.add(side.name(), measured);
        setup.progress(
            "round %d, %s: %.0f orders/s, %.1f us CPU an order"
                .formatted(
                    round + 1,
                    side.name(),
                    measured.wrk().acceptedPerSecond(),
                    measured.serverMicrosPerOrder()));
      }
    }
    return comparison.report(setup.machine(), shop.http().audit(shop.operator()));
  }
}
