package io.pigpig.edge.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is stopped for longer than its lease, while another works on the same stores. */
final class PausedProgramTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path temp;

  private final Path left = temp.resolve("left");
  private final Path right = temp.resolve("right");

  @AfterEach
  void leaveNoProcess() {
    Program.killAll(left);
    Program.killAll(right);
  }

  @Test
  void aProgramThatSleepsThroughItsLeaseChargesOnceAndWritesNothing() throws Exception {
    try (SharedStores stores =
        new SharedStores(
            "paused_program",
            "--saga.step-timeout",
            "8s",
            "--saga.lease",
            "12s",
            "--payment.answer-timeout",
            "60s")) {
      Program holder = stores.start(left);
      Program other = stores.start(right);
      holder.awaitReady();
      other.awaitReady();
      try (Customers paying = Customers.quiet(holder.port());
          Customers looking = Customers.quiet(other.port())) {
        // The charge is made, and its answer comes never within the test: the lease is held.
        stores.peers().faults(stores.peers().paymentPort(), 1, List.of("charge DELAY 1 1 600000"));
        String id = paying.placed(UUID.randomUUID().toString());
        Thread payment = Thread.startVirtualThread(() -> payAndForget(paying, id));
        Eventually.holds("the charge", PATIENCE, () -> !stores.charges(id).isEmpty());
        holder.pause();
        assertThat(holder.text()).doesNotContain("lease is another's");

        Eventually.holds("the end", PATIENCE, () -> endOf(looking, id).equals("SHIPPED"));
        assertThat(stores.charges(id)).containsExactly("CHARGED");
        holder.goOn();
        Eventually.holds(
            "the late write refused", PATIENCE, () -> holder.text().contains(refusedWrite(id)));
        assertThat(payment.join(PATIENCE)).isTrue();

        assertThat(endOf(looking, id)).isEqualTo("SHIPPED");
        assertThat(stores.charges(id)).containsExactly("CHARGED");
        assertThat(stores.waybills(id)).containsExactly("BOOKED");
        Eventually.holds("audit ok", PATIENCE, () -> isAuditOk(looking));
      }
    }
  }

  /** What its customer is told is not the matter here, and may be a broken connection. */
  private static void payAndForget(Customers customers, String id) {
    try {
      customers.pay(id, "tok_ok");
    } catch (IOException late) {
      throw new UncheckedIOException(late);
    }
  }

  private static String refusedWrite(String id) {
    return "saga " + id + ": CHARGE under epoch 1 was not written, the lease is another's";
  }

  private static String endOf(Customers customers, String id) {
    try {
      return customers.endedAs(id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isAuditOk(Customers customers) {
    try {
      return customers.audit().getBoolean("ok", false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
