package io.pigpig.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.cluster.ClusterSettings.BusSettings;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.pigpig.runtime.stores.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BusPermitsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final JsonObject BODY = new JsonObject().put("a", 1);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private BusPermits permits(int each, int inAll, Duration timeout) {
    return new BusPermits(vertx, new BusSettings(each, inAll, timeout));
  }

  /** A consumer that answers when it is told to. */
  private List<Message<Object>> slow(String address) {
    List<Message<Object>> waiting = new CopyOnWriteArrayList<>();
    vertx.eventBus().consumer(address, waiting::add);
    return waiting;
  }

  @Test
  void noMoreAreUnderWayThanThereArePermits() {
    List<Message<Object>> waiting = slow("slow");
    BusPermits permits = permits(3, 100, Duration.ofSeconds(60));
    List<Future<Message<Object>>> asked = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      asked.add(permits.request("slow", BODY));
    }
    assertThat(asked.stream().filter(Future::failed)).hasSize(7);
    assertThat(asked.get(9).cause()).isInstanceOf(RefusedException.class);
    assertThat(((RefusedException) asked.get(9).cause()).refusal())
        .isInstanceOf(Refusal.Overloaded.class)
        .extracting(Refusal::detail)
        .isEqualTo("bus address slow is full; nothing was done");
    assertThat(permits.refusals()).isEqualTo(7);
    Eventually.holds("three came", PATIENCE, () -> waiting.size() == 3);
    slow("other");
    assertThat(permits.request("other", BODY).failed()).as("others have their own").isFalse();
    waiting.forEach(message -> message.reply(BODY));
    Eventually.holds("given back", PATIENCE, () -> permits.underWay("slow") == 0);
    assertThat(permits.request("slow", BODY).failed()).isFalse();
  }

  @Test
  void allAddressesTogetherAreBoundedToo() {
    BusPermits permits = permits(10, 4, Duration.ofSeconds(60));
    for (int i = 0; i < 4; i++) {
      slow("slow-" + i);
      assertThat(permits.request("slow-" + i, BODY).failed()).isFalse();
    }
    assertThat(permits.underWay()).isEqualTo(4);
    assertThat(permits.request("slow-4", BODY).cause()).isInstanceOf(RefusedException.class);
  }

  @Test
  void aPermitComesBackWhenNobodyAnswers() {
    slow("silent");
    BusPermits permits = permits(2, 2, Duration.ofMillis(50));
    Future<Message<Object>> first = permits.request("silent", BODY);
    Future<Message<Object>> second = permits.request("silent", BODY);
    Eventually.holds("timed out", PATIENCE, () -> first.failed() && second.failed());
    Eventually.holds("given back", PATIENCE, () -> permits.underWay() == 0);
  }

  @Test
  void anEventWithoutAPermitIsThrownBackAtTheRelay() {
    slow("silent");
    BusPermits permits = permits(1, 1, Duration.ofSeconds(60));
    Future<Message<Object>> taken = permits.request("silent", BODY);
    assertThatThrownBy(() -> permits.events().publish("news", BODY))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("bus address news is full");
    assertThat(taken.isComplete()).isFalse();
  }

  @Test
  void whatIsPublishedToNobodyIsDoneAndWhatIsSentToNobodyFails() {
    BusPermits permits = permits(1, 1, Duration.ofSeconds(60));
    for (int i = 0; i < 5; i++) {
      Future<Void> published = permits.publish("empty", BODY);
      Eventually.holds("done", PATIENCE, published::succeeded);
      Eventually.holds("given back", PATIENCE, () -> permits.underWay() == 0);
    }
    Future<Void> sent = permits.send("empty", BODY);
    Eventually.holds("failed", PATIENCE, sent::failed);
    Eventually.holds("given back too", PATIENCE, () -> permits.underWay() == 0);
  }
}
