package io.pigpig.perf;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One measured run of wrk against one side, with the CPU its servers used meanwhile.
 *
 * @param stored orders the side's own store counted more than before
 */
record SpeedRound(
    WrkFigures wrk,
    long jvmMicros,
    long postgresMicros,
    long redisMicros,
    long wrkMicros,
    long stored) {

  /** Asks a side how many orders it has stored. */
  @FunctionalInterface
  interface StoredCount {
    long orders() throws IOException;
  }

  /** A program under load; {@code redisPid} is 0 when it has none. */
  record Side(
      String name,
      int port,
      Path feed,
      long jvmPid,
      long postgresPid,
      long redisPid,
      StoredCount stored) {}

  static SpeedRound measure(WrkRun wrk, Side side, Duration length) throws IOException {
    long self = ProcessHandle.current().pid();
    long stored = side.stored().orders();
    long jvm = CpuAccounting.processMicros(side.jvmPid());
    long postgres = CpuAccounting.treeMicros(side.postgresPid());
    long redis = redisMicros(side);
    long generator = CpuAccounting.endedChildrenMicros(self);
    WrkFigures figures = wrk.run(side.port(), length, side.feed());
    long generatorMicros = CpuAccounting.endedChildrenMicros(self) - generator;
    long redisMicros = redisMicros(side) - redis;
    long postgresMicros = CpuAccounting.treeMicros(side.postgresPid()) - postgres;
    long jvmMicros = CpuAccounting.processMicros(side.jvmPid()) - jvm;
    return new SpeedRound(
        figures,
        jvmMicros,
        postgresMicros,
        redisMicros,
        generatorMicros,
        side.stored().orders() - stored);
  }

  private static long redisMicros(Side side) {
    return side.redisPid() == 0 ? 0 : CpuAccounting.treeMicros(side.redisPid());
  }

  double serverMicrosPerOrder() {
    return perOrder(jvmMicros + postgresMicros + redisMicros);
  }

  double perOrder(long micros) {
    return wrk.accepted() == 0 ? 0 : (double) micros / wrk.accepted();
  }

  /** Every 201 is stored; what wrk no longer read the answer of may be stored as well. */
  boolean countsAgree() {
    return stored >= wrk.accepted() && stored <= wrk.accepted() + WrkRun.CONNECTIONS;
  }
}
