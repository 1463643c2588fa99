package io.pigpig.edge.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * {@code ./edge order}: a newcomer's first order on a running stack. It takes a token from the
 * development issuer, orders, pays, and prints the order's timeline until it is paid.
 *
 * <p>It speaks HTTP only, as any client. Blocking, on the main thread; every wait has a deadline.
 * Exit codes: 0 paid, 1 the stack refused or is not there, 2 the command line is wrong.
 */
public final class OrderCommand {

  private static final String USAGE =
      "Usage: ./edge order [--sku SKU] [--quantity N] [--port 8080]";
  private static final List<String> FLAGS = List.of("sku", "quantity", "port");

  private final ShopClient shop;
  private final PrintStream out;

  OrderCommand(ShopClient shop, PrintStream out) {
    this.shop = shop;
    this.out = out;
  }

  /** Places one order as the flags say. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  /** As {@link #main}; answers the exit code. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    try {
      Arguments.Split split = Arguments.split(arguments);
      if (split.help()) {
        out.println(USAGE);
        return 0;
      }
      Map<String, String> flags = split.only(FLAGS);
      int port = Arguments.number("port", flags.getOrDefault("port", "8080"), 65_535);
      int quantity = Arguments.number("quantity", flags.getOrDefault("quantity", "1"), 100);
      try (ShopClient shop = new ShopClient(port)) {
        new OrderCommand(shop, out).order(flags.getOrDefault("sku", ""), quantity);
      }
      return 0;
    } catch (UsageException e) {
      err.println("edge order: " + e.getMessage());
      return 2;
    } catch (ShopClient.Failure e) {
      err.println("edge order: " + e.getMessage());
      return 1;
    }
  }

  private void order(String wantedSku, int quantity) {
    String sku = wantedSku.isEmpty() ? shop.firstSku() : wantedSku;
    shop.signIn("newcomer", "customer");
    out.println("signed in as newcomer");
    JsonObject order = shop.place(sku, quantity);
    String id = order.getString("orderId");
    out.println("ordered   " + quantity + " x " + sku + ", " + price(order));
    shop.pay(id);
    out.println("paid      with the sandbox card");
    out.println("timeline");
    shop.timelineUntilPaid(id, change -> out.println("  " + line(change)));
    out.println("order " + id + " PAID");
  }

  private static String price(JsonObject order) {
    long cents = order.getLong("totalCents", 0L);
    return "%d.%02d %s".formatted(cents / 100, cents % 100, order.getString("currency", ""));
  }

  private static String line(JsonObject change) {
    return "%-30s %s".formatted(change.getString("at", ""), change.getString("status", ""));
  }
}
