package io.pigpig.edge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.stores.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program ends itself at single steps of its input and output, and is started again. */
final class CrashPointTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What the runtime's CrashPoint ends the program with. */
  private static final int CRASHED = 137;

  private static final int KEYS_MAX = 500;

  /** The id of an order whose customer got no answer. */
  private static final String UNKNOWN = "";

  @TempDir private static Path temp;

  private final Path data = temp.resolve("data");
  private final Map<String, String> idsByKey = new LinkedHashMap<>();

  @AfterEach
  void leaveNoProcess() {
    Program.killAll(data);
  }

  /** One life after the other on the same stores: each also finishes what the last one left. */
  @Test
  void whateverStepItEndsAtAKeyIsOneOrderAndAnOrderOneCharge() throws IOException {
    try (SharedStores stores =
        new SharedStores("crash_points", "--saga.step-timeout", "2s", "--saga.lease", "3s")) {
      Program first = ready(stores, "after:place_orders", "-Dpigpig.crash-one-in=10");
      try (Customers customers = Customers.quiet(first.port())) {
        placeUntilItEnds(first, customers);

        Program second = ready(stores, "before:settle_orders");
        askAllAgain(second, customers);
        String paid = customers.placed(UUID.randomUUID().toString());
        String declined = customers.placed(UUID.randomUUID().toString());
        assertThatThrownBy(() -> customers.pay(paid, "tok_ok")).isInstanceOf(IOException.class);
        awaitCrash(second);
        assertThat(stores.charges(paid)).containsExactly("CHARGED");

        // Nobody asks these two for anything: the saga is found by its lease.
        awaitCrash(start(stores, "after:settle_orders"));
        awaitCrash(start(stores, "after:/v1/waybills"));

        Program fifth = ready(stores, "before:step_saga");
        customers.turnTo(fifth.port());
        assertThatThrownBy(() -> customers.pay(declined, "tok_declined"))
            .isInstanceOf(IOException.class);
        awaitCrash(fifth);

        Program last = ready(stores, "nowhere");
        askAllAgain(last, customers);
        awaitThat("shipped", () -> status(customers, paid).equals("SHIPPED"));
        assertThat(stores.charges(paid)).containsExactly("CHARGED");
        assertThat(stores.waybills(paid)).containsExactly("BOOKED");
        assertThat(stores.charges(declined)).containsExactly("DECLINED");
        assertThat(status(customers, declined)).isEqualTo("PENDING_PAYMENT");
        Set<String> expected = new HashSet<>(idsByKey.values());
        expected.addAll(List.of(paid, declined));
        assertThat(expected).hasSize(idsByKey.size() + 2);
        assertThat(customers.stored()).isEqualTo(expected);
        awaitThat("audit ok", () -> customers.audit().getBoolean("ok", false));
      }
    }
  }

  private Program start(SharedStores stores, String crashAt, String... more) {
    List<String> properties = new ArrayList<>(List.of("-Dpigpig.crash-at=" + crashAt));
    properties.addAll(List.of(more));
    return stores.start(data, properties.toArray(String[]::new));
  }

  private Program ready(SharedStores stores, String crashAt, String... more) {
    Program program = start(stores, crashAt, more);
    program.awaitReady();
    return program;
  }

  private void placeUntilItEnds(Program program, Customers customers) {
    for (int i = 0; i < KEYS_MAX && program.isRunning(); i++) {
      String key = UUID.randomUUID().toString();
      idsByKey.put(key, UNKNOWN);
      try {
        idsByKey.put(key, customers.placed(key));
      } catch (IOException ended) {
        break;
      }
    }
    awaitCrash(program);
  }

  /** Every key, whatever its customer was told: what was acknowledged is there, under its id. */
  private void askAllAgain(Program program, Customers customers) throws IOException {
    customers.turnTo(program.port());
    for (Map.Entry<String, String> asked : idsByKey.entrySet()) {
      String id = customers.placed(asked.getKey());
      if (!asked.getValue().equals(UNKNOWN)) {
        assertThat(id).isEqualTo(asked.getValue());
      }
      asked.setValue(id);
    }
  }

  private static String status(Customers customers, String id) throws IOException {
    return customers.order(id).getString("status");
  }

  private static void awaitCrash(Program program) {
    assertThat(program.exitCode(PATIENCE)).as(program.text()).isEqualTo(CRASHED);
  }

  /** A condition that asks the program. */
  @FunctionalInterface
  private interface Asking {
    boolean holds() throws IOException;
  }

  private static void awaitThat(String what, Asking condition) {
    Eventually.holds(
        what,
        PATIENCE,
        () -> {
          try {
            return condition.holds();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
