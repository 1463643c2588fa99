package io.pigpig.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Links to a server that echoes, clogged and unclogged by a seed. */
final class SwizzleTest {

  private static final Logger log = LoggerFactory.getLogger(SwizzleTest.class);
  private static final int LINKS = 3;

  private final Vertx vertx = Vertx.vertx();
  private final List<FaultProxy> links = new ArrayList<>();
  private final long seed = new Random().nextLong();

  @BeforeEach
  void open() throws Exception {
    log.info("seed {}", seed);
    NetServer echo =
        vertx
            .createNetServer()
            .connectHandler(socket -> socket.pipeTo(socket))
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS);
    for (int i = 0; i < LINKS; i++) {
      links.add(FaultProxy.start(vertx, "127.0.0.1", echo.actualPort()));
    }
  }

  @AfterEach
  void close() throws Exception {
    links.forEach(FaultProxy::close);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  @Test
  void theSameSeedGivesTheSameOrderOfEachLinkTwice() {
    Swizzle swizzle = new Swizzle(links, seed);
    assertThat(new Swizzle(links, seed).order()).isEqualTo(swizzle.order());
    assertThat(swizzle.order().subList(0, LINKS)).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(swizzle.order().subList(LINKS, 2 * LINKS)).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(swizzle).asString().contains("seed " + seed);
  }

  @Test
  void linksAreCloggedOneByOneAndThenUncloggedOneByOne() throws Exception {
    Swizzle swizzle = new Swizzle(links, seed);
    List<EchoClient> held = new ArrayList<>();
    for (int i = 0; i < LINKS; i++) {
      swizzle.step();
      EchoClient client = new EchoClient(links.get(swizzle.order().get(i)));
      client.send("ping");
      held.add(client);
    }
    for (EchoClient client : held) {
      assertThat(client.hasNothingToRead()).as("%s", swizzle).isTrue();
    }
    while (swizzle.hasStep()) {
      swizzle.step();
    }
    for (EchoClient client : held) {
      assertThat(client.read(4)).as("%s", swizzle).isEqualTo(EchoClient.ascii("ping"));
      client.close();
    }
  }
}
