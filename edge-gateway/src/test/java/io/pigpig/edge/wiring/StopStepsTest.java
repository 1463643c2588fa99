package io.pigpig.edge.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.runtime.stores.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The steps of a drain, and what becomes of their failures. */
final class StopStepsTest {

  private final List<String> done = new ArrayList<>();

  private Future<Void> ok(String what) {
    done.add(what);
    return Future.succeededFuture();
  }

  @Test
  void eachFailureIsLoggedOnceAndTheStepsAfterItAreTaken() {
    try (LogLines log = new LogLines(StopSteps.class)) {
      Future<Void> ended =
          new StopSteps()
              .then("the list of instances", () -> Future.failedFuture("etcd is away"))
              .must("the requests", () -> ok("requests"))
              .then(
                  "the drawing",
                  () -> {
                    throw new IllegalStateException("a bug");
                  })
              .then("the keeper", () -> ok("keeper"))
              .done();
      assertThat(ended.succeeded()).as("nothing that was accepted was lost").isTrue();
      assertThat(done).containsExactly("requests", "keeper");
      assertThat(log.with(""))
          .containsExactly(
              "WARN stopping: the list of instances: etcd is away",
              "WARN stopping: the drawing: a bug");
    }
  }

  @Test
  void whatLosesAcceptedWorkFailsTheWholeAndIsStillLoggedOnce() {
    try (LogLines log = new LogLines(StopSteps.class)) {
      StopSteps loop =
          new StopSteps()
              .must("the requests", () -> Future.failedFuture("2 had no answer"))
              .then("the connections", () -> ok("connections"));
      Future<Void> ended =
          new StopSteps()
              .mustAll("the shops", loop::done)
              .then("the rest", () -> ok("rest"))
              .done();
      assertThat(ended.cause()).hasMessage("2 had no answer");
      assertThat(done).containsExactly("connections", "rest");
      assertThat(log.with("")).containsExactly("WARN stopping: the requests: 2 had no answer");
    }
  }

  @Test
  void theStepThatDoesNotEndIsNamed() {
    Promise<Void> never = Promise.promise();
    StopSteps steps =
        new StopSteps()
            .then("the list of instances", () -> ok("instances"))
            .must("the requests", never::future)
            .then("the keeper", () -> ok("keeper"));
    assertThat(steps.done().isComplete()).isFalse();
    assertThat(steps.now()).isEqualTo("the requests");
    assertThat(steps.isSafe()).isFalse();
  }

  @Test
  void whatDoesNotEndAfterTheLastAnswerLosesNothing() {
    Promise<Void> never = Promise.promise();
    StopSteps steps =
        new StopSteps().must("the requests", () -> ok("requests")).then("the rest", never::future);
    assertThat(steps.done().isComplete()).isFalse();
    assertThat(steps.isSafe()).isTrue();
  }
}
