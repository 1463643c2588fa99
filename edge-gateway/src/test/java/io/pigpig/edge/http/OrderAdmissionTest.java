package io.pigpig.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.settings.SettingsReader;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * An order path that ends orders one after the other, at its own pace, and more customers than it
 * can serve: what one of them waits is what is under way before it.
 */
final class OrderAdmissionTest {

  private static final int WAIT_MS = 250;
  private static final int MOST = 4096;

  private record Order(int underWay, long beganNanos) {}

  private final ArrayDeque<Order> underWay = new ArrayDeque<>();
  private long nowNanos;
  private OrderAdmission admission = admission(MOST);

  private OrderAdmission admission(int most) {
    Map<String, String> settings =
        Map.of("orders-in-flight-max", "" + most, "order-wait-max", WAIT_MS + "ms");
    return new OrderAdmission(() -> nowNanos, SettingsReader.read(ServerSettings.class, settings));
  }

  private void fill() {
    while (!admission.isFull()) {
      underWay.add(new Order(admission.began(), nowNanos));
    }
  }

  /** As many orders end, so many a second, and others take their places. */
  private void serve(int orders, int perSecond) {
    for (int i = 0; i < orders; i++) {
      fill();
      nowNanos += TimeUnit.SECONDS.toNanos(1) / perSecond;
      Order first = underWay.remove();
      admission.ended(first.underWay(), first.beganNanos());
    }
  }

  private long lastWaitedMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nowNanos - underWay.element().beganNanos());
  }

  @Test
  void inAnOverloadOrdersWaitAboutAsLongAsTheyMay() {
    serve(100_000, 10_000);
    assertThat(lastWaitedMillis()).isBetween(WAIT_MS - 25L, WAIT_MS + 25L);
    serve(100_000, 4_000);
    assertThat(lastWaitedMillis()).isBetween(WAIT_MS - 25L, WAIT_MS + 25L);
  }

  @Test
  void storesThatRecoverAreGivenMoreAgain() {
    serve(20_000, 500);
    assertThat(underWay).hasSizeBetween(OrderAdmission.LEAST - 1, OrderAdmission.LEAST);
    serve(400_000, 20_000);
    assertThat(underWay).hasSizeBetween(MOST - 1, MOST);
  }

  @Test
  void fewOrdersThatHangAreNoOverload() {
    for (int i = 0; i < 100; i++) {
      admission.began();
    }
    serve(400_000, 100_000);
    assertThat(underWay).hasSizeBetween(MOST - 101, MOST - 100);
  }

  @Test
  void theBoundHoldsWhereItIsLessThanTheLeast() {
    admission = admission(1);
    fill();
    assertThat(underWay).hasSize(1);
    serve(1_000, 1);
    assertThat(underWay).isEmpty();
    fill();
    assertThat(underWay).hasSize(1);
  }
}
