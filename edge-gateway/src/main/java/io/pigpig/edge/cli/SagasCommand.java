package io.pigpig.edge.cli;

import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * {@code ./edge sagas}: the repair console of a running stack. It takes an operator's token from
 * the development issuer, lists sagas, shows what was done to one, and retries or cancels it.
 *
 * <p>It speaks HTTP only. Blocking, on the main thread; every wait has a deadline. Exit codes: 0
 * done, 1 the stack refused or is not there, 2 the command line is wrong.
 */
public final class SagasCommand {

  private static final String USAGE =
      """
      Usage: ./edge sagas [--state RUNNING|PARKED|ENDED] [--port 8080]
             ./edge sagas show ORDER_ID [--port 8080]
             ./edge sagas retry ORDER_ID [--port 8080]
             ./edge sagas cancel ORDER_ID [--port 8080]""";
  private static final List<String> ACTIONS = List.of("show", "retry", "cancel");
  private static final String ROW = "%-36s  %-15s  %-12s  %-7s  %8s  %s";

  private SagasCommand() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  /** As {@link #main}; answers the exit code. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    try {
      boolean acts = arguments.length > 0 && ACTIONS.contains(arguments[0]);
      if (acts && (arguments.length < 2 || arguments[1].startsWith("--"))) {
        throw new UsageException(arguments[0] + " needs the id of an order");
      }
      Arguments.Split split =
          Arguments.split(Arrays.copyOfRange(arguments, acts ? 2 : 0, arguments.length));
      if (split.help()) {
        out.println(USAGE);
        return 0;
      }
      Map<String, String> flags = split.only(acts ? List.of("port") : List.of("state", "port"));
      int port = Arguments.number("port", flags.getOrDefault("port", "8080"), 65_535);
      try (ShopClient shop = new ShopClient(port)) {
        shop.signIn("console", "operator");
        if (acts && arguments[0].equals("show")) {
          show(shop.saga(arguments[1]), out);
        } else if (acts) {
          out.println(row(shop.actOnSaga(arguments[1], arguments[0])));
        } else {
          list(shop, flags.getOrDefault("state", ""), out);
        }
      }
      return 0;
    } catch (UsageException e) {
      err.println("edge sagas: " + e.getMessage());
      return 2;
    } catch (ShopClient.Failure e) {
      err.println("edge sagas: " + e.getMessage());
      return 1;
    }
  }

  private static void list(ShopClient shop, String state, PrintStream out) {
    List<JsonObject> sagas = shop.sagas(state);
    out.println(ROW.formatted("order", "status", "next step", "state", "attempts", "last word"));
    sagas.forEach(saga -> out.println(row(saga)));
    out.println(sagas.size() + " shown");
  }

  private static void show(JsonObject saga, PrintStream out) {
    out.println(row(saga));
    for (Object each : saga.getJsonArray("actions")) {
      JsonObject action = (JsonObject) each;
      String outcome = action.getString("outcome");
      out.println(
          "%s  %s by %s at %s: %s"
              .formatted(
                  action.getString("at"),
                  action.getString("action"),
                  action.getString("actor"),
                  action.getString("stepBefore"),
                  outcome == null ? "what came of it was not seen" : outcome));
    }
  }

  private static String row(JsonObject saga) {
    String word = saga.getString("error");
    return ROW.formatted(
        saga.getString("orderId"),
        saga.getString("orderStatus"),
        saga.getString("step"),
        saga.getString("state"),
        saga.getInteger("attempts"),
        word == null ? "" : word);
  }
}
