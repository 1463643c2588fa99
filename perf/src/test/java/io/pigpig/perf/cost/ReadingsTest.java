package io.pigpig.perf.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What other programs and the kernel say, as it is read here. */
class ReadingsTest {

  private static final long SELF = ProcessHandle.current().pid();

  @Test
  void scriptsAreCountedAndWhatTheyCallIsNot() {
    assertThat(
            StoreCounters.scripts(
                """
                # Commandstats
                cmdstat_hget:calls=900,usec=1,usec_per_call=0.50,rejected_calls=0
                cmdstat_evalsha:calls=40,usec=1,usec_per_call=2.00,rejected_calls=0
                cmdstat_eval:calls=2,usec=1,usec_per_call=2.00,rejected_calls=0
                cmdstat_fcall_ro:calls=3,usec=1,usec_per_call=2.00,rejected_calls=0
                """))
        .isEqualTo(45);
  }

  @Test
  void perfsCountIsReadAndWhatItCouldNotCountIsNot() {
    assertThat(SyscallCount.count("4711,,raw_syscalls:sys_enter,1000,100.00,,\n")).hasValue(4_711);
    assertThat(SyscallCount.count("<not supported>,,raw_syscalls:sys_enter,0,0.00,,\n")).isEmpty();
    assertThat(SyscallCount.count("perf: command not found\n")).isEmpty();
  }

  @Test
  void aProcessHasMemoryAndOneThatIsGoneHasNone() {
    Component self = new Component("self", Component.Scope.JVM, () -> List.of(SELF));
    Component gone =
        new Component("gone", Component.Scope.TREE, () -> List.of((long) Integer.MAX_VALUE));

    assertThat(ResidentMemory.bytes(self)).isBetween(10L << 20, 8L << 30);
    assertThat(ResidentMemory.bytes(gone)).isZero();
  }

  @Test
  void aJvmThatIsNotThereCannotBeAsked() {
    assertThatIOException().isThrownBy(() -> JvmProbe.attach(Integer.MAX_VALUE));
    try (JvmProbes probes = new JvmProbes()) {
      assertThat(probes.attach(Integer.MAX_VALUE)).isFalse();
      assertThat(probes.allocatedBytes(Integer.MAX_VALUE)).isEmpty();
    }
  }
}
