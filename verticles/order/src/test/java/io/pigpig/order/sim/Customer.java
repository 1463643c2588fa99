package io.pigpig.order.sim;

import io.pigpig.catalog.Sku;
import io.pigpig.order.Order;
import io.pigpig.order.PlaceOrder;
import io.pigpig.order.Placement;
import io.pigpig.order.RequestedLine;
import io.pigpig.order.sim.Operation.Kind;
import io.pigpig.order.sim.Operation.Told;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A customer who does one thing after the other: places an order, some in several copies at once,
 * sends it again when nothing came of it, pays, cancels, looks, in every order that a seed chooses.
 */
final class Customer {

  private static final long DEADLINE_NANOS = 4_000_000_000L;
  private static final int TRIES_MAX = 8;
  private static final String DESIGN = "a".repeat(64);

  private final World world;
  private final Front front;
  private final Principal who;
  private final long closingNanos;
  private final List<Order> mine = new ArrayList<>();
  private int keys;
  private boolean done;

  /**
   * @param closingNanos after it nothing new is begun
   */
  Customer(World world, Front front, String name, long closingNanos) {
    this.world = world;
    this.front = front;
    this.who = new Principal(name, Role.CUSTOMER, Membership.NONE);
    this.closingNanos = closingNanos;
  }

  void begin() {
    world.scheduler().after(world.millisBetween(20, 600), this::act);
  }

  boolean isDone() {
    return done;
  }

  private void act() {
    if (world.scheduler().nowNanos() > closingNanos) {
      done = true;
      return;
    }
    int roll = world.random().nextInt(100);
    if (mine.isEmpty() || roll < 70) {
      placeNew();
    } else {
      Order order = mine.get(world.random().nextInt(mine.size()));
      follow(order, roll - 70);
    }
  }

  private void placeNew() {
    String key = who.customer() + "-key-number-" + keys++;
    int copies = world.chance(70) ? 1 : 2 + world.random().nextInt(2);
    place(new Wish(key, lines()), copies, TRIES_MAX);
  }

  /** What is sent again as often as it takes. */
  private record Wish(String key, List<RequestedLine> lines) {

    String text() {
      StringBuilder text = new StringBuilder();
      for (RequestedLine line : lines) {
        text.append(line.sku()).append('*').append(line.quantity());
        text.append(line.designId() == null ? ";" : "d;");
      }
      return text.toString();
    }

    Map<String, Integer> units() {
      Map<String, Integer> units = new HashMap<>();
      lines.forEach(line -> units.merge(line.sku().value(), line.quantity(), Integer::sum));
      return units;
    }
  }

  private List<RequestedLine> lines() {
    List<Sku> skus = List.copyOf(Surroundings.GOODS.keySet());
    List<RequestedLine> lines = new ArrayList<>();
    int count = world.chance(75) ? 1 : 2;
    for (int i = 0; i < count; i++) {
      Sku sku = skus.get(world.chance(40) ? 0 : world.random().nextInt(skus.size()));
      int quantity = 1 + world.random().nextInt(2);
      lines.add(new RequestedLine(sku, quantity, world.chance(50) ? DESIGN : null));
    }
    return lines;
  }

  private void place(Wish wish, int copies, int triesLeft) {
    together(
        copies,
        () -> new Operation(Kind.PLACE, who.customer(), wish.key, wish.text(), wish.units(), now()),
        shop -> placeAt(shop, wish),
        answers -> placed(wish, answers, triesLeft));
  }

  private Future<Order> placeAt(ShopProcess shop, Wish wish) {
    long deadline = shop.machine().nanos() + DEADLINE_NANOS;
    return shop.orders()
        .place(new PlaceOrder(who, wish.key, wish.lines, deadline))
        .map(Placement::order);
  }

  private void placed(Wish wish, List<Operation> answers, int triesLeft) {
    Order order = anOrder(answers);
    if (order != null) {
      mine.add(order);
      int roll = world.random().nextInt(100);
      if (roll < 8) {
        place(wish, 1, 1);
      } else if (roll < 12) {
        place(new Wish(wish.key, lines()), 1, 1);
      } else {
        follow(order, roll);
      }
    } else if (triesLeft > 1 && isWorthRetrying(answers) && world.chance(65)) {
      later(200, 1500, () -> place(wish, 1, triesLeft - 1));
    } else {
      begin();
    }
  }

  private static @Nullable Order anOrder(List<Operation> answers) {
    for (Operation answer : answers) {
      if (answer.order != null) {
        return answer.order;
      }
    }
    return null;
  }

  private static boolean isWorthRetrying(List<Operation> answers) {
    return answers.stream().anyMatch(answer -> answer.told != Told.NO);
  }

  private void follow(Order order, int roll) {
    if (roll < 15) {
      ask(Kind.FIND, order, "", 1, shop -> shop.orders().find(order.orderId(), who), 1);
    } else if (roll < 25) {
      cancel(order);
    } else if (roll < 32) {
      pay(order, 1, token(), 0);
      cancel(order);
    } else if (roll < 85) {
      pay(order, world.chance(80) ? 1 : 2, token(), TRIES_MAX);
    } else {
      begin();
    }
  }

  private String token() {
    return world.chance(15) ? ModelPayments.DECLINED_TOKEN : "tok_ok";
  }

  private void cancel(Order order) {
    ask(Kind.CANCEL, order, "", 1, shop -> shop.orders().cancel(order.orderId(), who), 3);
  }

  private void pay(Order order, int copies, String token, int tries) {
    ask(
        Kind.PAY,
        order,
        token,
        copies,
        shop -> shop.orders().pay(order.orderId(), who, token),
        tries);
  }

  private void ask(
      Kind kind,
      Order order,
      String body,
      int copies,
      Function<ShopProcess, Future<Order>> request,
      int tries) {
    together(
        copies,
        () ->
            new Operation(kind, who.customer(), order.orderId().toString(), body, Map.of(), now()),
        request,
        answers -> asked(kind, order, answers, request, tries));
  }

  /** With no try at all it was a thing beside another, which goes on by itself. */
  private void asked(
      Kind kind,
      Order order,
      List<Operation> answers,
      Function<ShopProcess, Future<Order>> request,
      int tries) {
    if (tries == 0) {
      return;
    }
    boolean declined = answers.stream().anyMatch(a -> a.code.equals("PAYMENT_DECLINED"));
    if (declined && world.chance(70)) {
      later(1, 300, () -> pay(order, 1, token(), tries - 1));
    } else if (anOrder(answers) != null) {
      if (kind == Kind.PAY && world.chance(15)) {
        later(1, 2500, () -> cancel(order));
      } else {
        begin();
      }
    } else if (tries > 1 && isWorthRetrying(answers) && world.chance(70)) {
      String body = answers.getFirst().body;
      later(200, 2000, () -> ask(kind, order, body, 1, request, tries - 1));
    } else {
      begin();
    }
  }

  private void together(
      int copies,
      Supplier<Operation> operations,
      Function<ShopProcess, Future<Order>> request,
      Consumer<List<Operation>> told) {
    List<Operation> asked = new ArrayList<>();
    int[] open = {copies};
    for (int i = 0; i < copies; i++) {
      Operation operation = operations.get();
      asked.add(operation);
      front.ask(
          operation,
          request,
          () -> {
            if (--open[0] == 0) {
              told.accept(asked);
            }
          });
    }
  }

  private void later(int leastMillis, int mostMillis, Runnable task) {
    world.scheduler().after(world.millisBetween(leastMillis, mostMillis), task);
  }

  private long now() {
    return world.scheduler().nowNanos();
  }
}
