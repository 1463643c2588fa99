package io.pigpig.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Service;
import io.pigpig.runtime.Loop;
import io.pigpig.runtime.stores.Eventually;
import io.pigpig.runtime.stores.LogLines;
import io.pigpig.runtime.stores.Opened;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.dns.DnsClientOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names are asked for over UDP, from a server of the test that speaks DNS' message format. */
final class DnsInstancesTest {

  private static final Service ORDER = new Service("order");
  private static final String HOST = "order.shop.svc.cluster.local";
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int ANSWER_FLAGS = 0x8180;
  private static final int NAME_IS_GONE = 3;

  /** Last bytes of the addresses in 10.0.0.0/24 that the name has; none: the name is gone. */
  private final AtomicReference<List<Integer>> zone = new AtomicReference<>(List.of());

  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile boolean silent;
  private final Opened opened = new Opened();
  private Vertx vertx;
  private DatagramSocket server;
  private DnsInstances instances;

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    opened.add(() -> vertx.close().await(20, TimeUnit.SECONDS));
    server = vertx.createDatagramSocket();
    server.handler(this::answer);
    server.listen(0, "127.0.0.1").await(20, TimeUnit.SECONDS);
    instances =
        new DnsInstances(
            vertx,
            Map.of(ORDER, new DnsInstances.Name(HOST, 9090)),
            Duration.ofMillis(50),
            new DnsClientOptions()
                .setHost("127.0.0.1")
                .setPort(server.localAddress().port())
                .setQueryTimeout(200));
    opened.add(() -> instances.close().await(20, TimeUnit.SECONDS));
  }

  @AfterEach
  void close() throws Exception {
    opened.close();
  }

  /** RFC 1035, 4.1: the question is given back, each answer points to its name. */
  private void answer(DatagramPacket packet) {
    if (silent) {
      unanswered.incrementAndGet();
      return;
    }
    Buffer question = packet.data();
    int end = 12;
    while (question.getByte(end) != 0) {
      end += question.getByte(end) + 1;
    }
    List<Integer> addresses = zone.get();
    Buffer answer =
        Buffer.buffer()
            .appendBuffer(question.slice(0, 2))
            .appendShort((short) (ANSWER_FLAGS | (addresses.isEmpty() ? NAME_IS_GONE : 0)))
            .appendShort((short) 1)
            .appendShort((short) addresses.size())
            .appendInt(0)
            .appendBuffer(question.slice(12, end + 5));
    for (int last : addresses) {
      answer.appendShort((short) 0xC00C).appendShort((short) 1).appendShort((short) 1);
      answer.appendInt(0).appendShort((short) 4);
      answer.appendBytes(new byte[] {10, 0, 0, (byte) last});
    }
    server.send(answer, packet.sender().port(), packet.sender().host());
  }

  private static Instance at(int last) {
    return new Instance("10.0.0." + last, "10.0.0." + last, 9090, 100);
  }

  private void seen(String what, Instance... expected) {
    Eventually.holds(what, SOON, () -> instances.of(ORDER).equals(List.of(expected)));
  }

  @Test
  void podsComeAndGoAndASilentServerChangesNothing() throws Exception {
    zone.set(List.of(7, 8));
    new Loop(vertx.getOrCreateContext()).call(instances::open).await(20, TimeUnit.SECONDS);
    seen("two pods", at(7), at(8));
    List<Instance> before = instances.of(ORDER);
    zone.set(List.of(8, 7));
    silent = true;
    try (LogLines told = new LogLines(DnsInstances.class)) {
      Eventually.holds("asked in vain", SOON, () -> unanswered.get() >= 4);
      assertThat(instances.of(ORDER)).isSameAs(before);
      silent = false;
      zone.set(List.of(8, 9));
      seen("one went, one came", at(8), at(9));
      assertThat(told.with("DNS does not answer")).as("once an outage").hasSize(1);
      assertThat(told.with("DNS answers again")).hasSize(1);
    }
    zone.set(List.of());
    seen("none");
  }
}
