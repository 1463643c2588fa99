package io.pigpig.perf;

import io.pigpig.perf.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The first speed mark: role {@code all} against the bare path on the same Postgres, or against the
 * stack of another checkout ({@code --against DIR}) on stores of its own; interleaved in one run,
 * {@code wrk -t1 -c64} with a fresh key each request.
 */
final class FirstOrder implements Scenario {

  private static final String OURS = "role all";
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
    String against = setup.options().text("against", "");
    try (TempFolder data = TempFolder.create();
        StackProcess stack = setup.stack(data.path())) {
      setup.progress("starting a stack on an empty folder");
      stack.start();
      try (HttpShop http = new HttpShop(stack.ports().http())) {
        Shop shop = stocked(setup, http);
        SpeedRound.Side ours = stackSide(OURS, stack, shop);
        return against.isEmpty()
            ? againstBare(setup, stack, shop, ours)
            : againstCheckout(setup, Path.of(against).toAbsolutePath().normalize(), shop, ours);
      }
    }
  }

  private static Report againstBare(
      Setup setup, StackProcess stack, Shop shop, SpeedRound.Side ours) throws IOException {
    StackFiles files = stack.files();
    int port = setup.options().number("bare-port", 18_090);
    List<String> jvmFlags = JvmFlags.ofProcess(ours.jvmPid());
    try (BareProcess bare = BareProcess.start(port, files.postgresUrl(), jvmFlags)) {
      Path feed = files.data().resolve("bare.feed");
      WrkRun.writeFeed(feed, "bare", shop.skus(), List.of());
      SpeedRound.Side reference =
          new SpeedRound.Side(
              "bare path", port, feed, bare.pid(), ours.postgresPid(), 0, bare::orders);
      return measure(setup, List.of(ours, reference), List.of(shop));
    }
  }

  private static Report againstCheckout(Setup setup, Path root, Shop shop, SpeedRound.Side ours)
      throws IOException {
    try (TempFolder data = TempFolder.create();
        StackProcess stack = setup.stackOf(root, data.path())) {
      setup.progress("starting the stack of " + root);
      stack.start();
      try (HttpShop http = new HttpShop(stack.ports().http())) {
        Shop other = stocked(setup, http);
        SpeedRound.Side reference = stackSide(root.getFileName().toString(), stack, other);
        return measure(setup, List.of(ours, reference), List.of(shop, other));
      }
    }
  }

  private static Shop stocked(Setup setup, HttpShop http) throws IOException {
    long unitsEach = setup.options().number("stock", 10_000_000);
    String operator = http.token("perf-operator", "operator");
    List<String> skus = http.skus();
    for (String sku : skus) {
      http.setStock(operator, sku, unitsEach);
    }
    return new Shop(http, operator, skus);
  }

  private static SpeedRound.Side stackSide(String name, StackProcess stack, Shop shop)
      throws IOException {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      tokens.add(shop.http().token("perf-" + i, "customer"));
    }
    Path feed = stack.files().data().resolve("stack.feed");
    WrkRun.writeFeed(feed, "stack", shop.skus(), tokens);
    return new SpeedRound.Side(
        name,
        stack.ports().http(),
        feed,
        stack.pid(StackProcess.JVM),
        stack.pid(StackProcess.POSTGRES),
        stack.pid(StackProcess.REDIS),
        shop::committed);
  }

  private static Report measure(Setup setup, List<SpeedRound.Side> sides, List<Shop> shops)
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
    List<String> violations = new ArrayList<>();
    for (Shop shop : shops) {
      violations.addAll(shop.http().audit(shop.operator()));
    }
    return comparison.report(setup.where(), violations);
  }
}
