package io.pigpig.perf.scenario;

import io.pigpig.perf.load.LoadPlan;
import java.util.Locale;

/** A part of what a leg's requests ask for. */
public record MixPart(
    @Key(about = "order, order-batch, replay, get or stock-check") LoadPlan.Kind kind,
    @Key(about = "of a get, in reports", byDefault = "") String name,
    @Key(about = "its part of all requests, relative to the others'", byDefault = "1") int weight,
    @Key(about = "of a get; {sku} stands for a SKU in turn", byDefault = "") String path,
    @Key(about = "orders or SKUs of one message of order-batch and stock-check", byDefault = "1")
        int batch) {

  static final MixPart ORDERS = new MixPart(LoadPlan.Kind.ORDER, "", 1, "", 1);

  public MixPart {
    if ((kind == LoadPlan.Kind.GET) == name.isEmpty()) {
      throw new IllegalArgumentException("a get has a name, the others are called what they are");
    }
  }

  LoadPlan.Share planned() {
    String called = name.isEmpty() ? kind.name().toLowerCase(Locale.ROOT).replace('_', '-') : name;
    return new LoadPlan.Share(called, kind, weight, path, batch);
  }
}
