package io.pigpig.perf.load.wire;

import io.pigpig.perf.load.LoadPlan;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What requests are made of, whatever carries them; taken in turn, by the number of an item. */
final class RequestParts {

  static final String ORDERS = "/api/v1/orders";
  static final String STOCK_CHECK = "/api/v1/stock:check";

  private static final String SKU = "{sku}";

  /** Different lists of SKUs to ask for; more would only take memory. */
  private static final int LISTS_MAX = 16;

  private final LoadPlan.Requests requests;

  RequestParts(LoadPlan.Requests requests) {
    this.requests = requests;
  }

  /** Which of so many parts has its turn. */
  static int turn(long number, int parts) {
    return (int) ((number - 1) % parts);
  }

  /** Values of the header Authorization; one empty value where there are no tokens. */
  List<String> authorizations() {
    return requests.tokens().isEmpty()
        ? List.of("")
        : requests.tokens().stream().map(token -> "Bearer " + token).toList();
  }

  /** Bodies of orders. */
  List<String> orders() {
    return requests.skus().stream().map(RequestParts::order).toList();
  }

  private static String order(String sku) {
    JsonObject line = new JsonObject().put("sku", sku).put("quantity", 1);
    return new JsonObject().put("lines", new JsonArray().add(line)).encode();
  }

  /** Where a GET goes. */
  List<String> paths(LoadPlan.Share share) {
    return share.path().contains(SKU)
        ? requests.skus().stream().map(sku -> share.path().replace(SKU, sku)).toList()
        : List.of(share.path());
  }

  /** SKUs of a question for stock. */
  List<List<String>> skuLists(LoadPlan.Share share) {
    List<String> skus = requests.skus();
    List<List<String>> lists = new ArrayList<>();
    for (int i = 0; i < Math.min(LISTS_MAX, skus.size()); i++) {
      List<String> list = new ArrayList<>(share.batch());
      for (int j = 0; j < share.batch(); j++) {
        list.add(skus.get((i * share.batch() + j) % skus.size()));
      }
      lists.add(list);
    }
    return lists;
  }

  /** Bodies of such questions. */
  List<String> stockChecks(LoadPlan.Share share) {
    return skuLists(share).stream()
        .map(list -> new JsonObject().put("skus", new JsonArray(list)).encode())
        .toList();
  }
}
