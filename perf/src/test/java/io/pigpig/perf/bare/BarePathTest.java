package io.pigpig.perf.bare;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BarePathTest {

  @TempDir private Path folder;

  @Test
  void acceptedOrderIsDurablyInTheTable() throws Exception {
    try (EmbeddedPostgres postgres = TestPostgres.start(folder)) {
      String url = "postgresql://postgres:x@127.0.0.1:" + postgres.getPort() + "/postgres";
      int port = freePort();
      Vertx vertx = BarePath.start(port, url, 2);
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> answer =
            post(client, port, "{\"lines\":[{\"sku\":\"TEE-1\",\"quantity\":2}]}");
        assertThat(answer.statusCode()).isEqualTo(201);
        String id = answer.body().replaceAll(".*:\"|\"}", "");
        assertThat(
                one(
                    postgres,
                    "SELECT lines || ' ' || units FROM bare_orders WHERE id='" + id + "'"))
            .isEqualTo("TEE-1:2 2");
        assertThat(post(client, port, "{\"lines\":[]}").statusCode()).isEqualTo(400);
        assertThat(post(client, port, "{\"lines\":").statusCode()).isEqualTo(400);
        assertThat(one(postgres, "SELECT count(*) FROM bare_orders")).isEqualTo("1");
      } finally {
        vertx.close().await(20, TimeUnit.SECONDS);
      }
      assertThat(one(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(one(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(one(postgres, "SHOW full_page_writes")).isEqualTo("on");
    }
  }

  @Test
  void oneBatchIsInFlightAndTheNextGathers() {
    List<Promise<Void>> writes = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    GroupCommit commit =
        new GroupCommit(
            batch -> {
              Promise<Void> write = Promise.promise();
              writes.add(write);
              sizes.add(batch.size());
              return write.future();
            });
    List<Future<UUID>> answers = new ArrayList<>();
    for (int i = 0; i <= GroupCommit.BATCH_MAX + 1; i++) {
      Promise<UUID> committed = Promise.promise();
      answers.add(committed.future());
      commit.add(new GroupCommit.Entry(new UUID(0, i), new BareLines("TEE-1:1", 1), committed));
    }
    assertThat(sizes).containsExactly(1);
    writes.get(0).complete();
    assertThat(sizes).containsExactly(1, GroupCommit.BATCH_MAX);
    assertThat(answers.get(0).succeeded()).isTrue();
    assertThat(answers.get(1).isComplete()).isFalse();
    writes.get(1).fail("connection lost");
    assertThat(sizes).containsExactly(1, GroupCommit.BATCH_MAX, 1);
    assertThat(answers.get(1).failed()).isTrue();
  }

  @Test
  void idsRiseEvenWithinOneMillisecond() {
    TimeOrderedIds ids =
        new TimeOrderedIds(
            InstantSource.fixed(Instant.EPOCH.plusMillis(5)), new SplittableRandom(7));
    UUID last = ids.next();
    assertThat(last.version()).isEqualTo(7);
    for (int i = 0; i < 10_000; i++) {
      UUID next = ids.next();
      assertThat(next.toString()).isGreaterThan(last.toString());
      last = next;
    }
  }

  private static HttpResponse<String> post(HttpClient client, int port, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/orders"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String one(EmbeddedPostgres postgres, String sql) throws Exception {
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
