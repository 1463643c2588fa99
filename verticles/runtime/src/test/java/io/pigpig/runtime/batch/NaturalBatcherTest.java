package io.pigpig.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches gather while one is in flight; the turns of the loop are taken by hand here. */
final class NaturalBatcherTest {

  private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
  private final List<List<Integer>> batches = new ArrayList<>();
  private final ArrayDeque<Promise<Void>> inFlight = new ArrayDeque<>();
  private final NaturalBatcher<Integer> batcher = batcher(3, 7);

  @Test
  void whatComesInOneTurnGoesTogetherUpToTheBatchsBound() {
    offer(1, 2, 3, 4);
    turn();
    assertThat(batches).containsExactly(List.of(1, 2, 3));
    assertThat(batcher.waiting()).isEqualTo(1);
  }

  @Test
  void oneBatchIsInFlightAndTheNextKeepsTheOrder() {
    offer(1);
    turn();
    offer(2, 3, 4, 5);
    turn();
    assertThat(batches).containsExactly(List.of(1));
    finishOne();
    assertThat(batches).containsExactly(List.of(1), List.of(2, 3, 4));
    finishOne();
    assertThat(batches).containsExactly(List.of(1), List.of(2, 3, 4), List.of(5));
  }

  @Test
  void anItemBeyondTheQueuesBoundIsNotTaken() {
    IntStream.range(0, 7).forEach(item -> assertThat(batcher.offer(item)).isTrue());
    assertThat(batcher.offer(7)).isFalse();
    turn();
    assertThat(batcher.offer(8)).isTrue();
  }

  @Test
  void aBatchThatFailsLetsTheNextBegin() {
    offer(1);
    turn();
    offer(2);
    inFlight.remove().fail("lost");
    turn();
    assertThat(batches).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void isIdleOnceNothingWaitsAndNothingIsInFlight() {
    assertThat(batcher.idle().isComplete()).isTrue();
    offer(1, 2, 3, 4);
    Future<Void> idle = batcher.idle();
    turn();
    finishOne();
    assertThat(idle.isComplete()).isFalse();
    finishOne();
    assertThat(idle.isComplete()).isTrue();
    offer(5);
    assertThat(batcher.idle().isComplete()).isFalse();
  }

  @Test
  void workThatThrowsIsToldToItsItemsAndDoesNotStopTheBatchesAfterIt() {
    List<Integer> seen = new ArrayList<>();
    List<Integer> told = new ArrayList<>();
    NaturalBatcher<Integer> throwing =
        new NaturalBatcher<>(
            1,
            7,
            turns::add,
            new BatchWork<>(
                batch -> {
                  seen.addAll(batch);
                  throw new IllegalStateException("a defect in the work");
                },
                (batch, cause) -> told.addAll(batch)));
    assertThat(throwing.offer(1)).isTrue();
    assertThat(throwing.offer(2)).isTrue();
    while (!turns.isEmpty()) {
      turn();
    }
    assertThat(seen).containsExactly(1, 2);
    assertThat(told).containsExactly(1, 2);
    assertThat(throwing.idle().isComplete()).isTrue();
  }

  @Test
  void boundsBelowOneAreRefused() {
    assertThatThrownBy(() -> batcher(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batcher(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void twoMayBeInFlightAndTheThirdGathers() {
    NaturalBatcher<Integer> two = batcher(2, 9, 2);
    IntStream.range(0, 2).forEach(two::offer);
    turn();
    IntStream.range(2, 4).forEach(two::offer);
    turn();
    IntStream.range(4, 6).forEach(two::offer);
    turn();
    assertThat(batches).containsExactly(List.of(0, 1), List.of(2, 3));
    Future<Void> idle = two.idle();
    finishOne();
    assertThat(batches).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4, 5));
    finishOne();
    assertThat(idle.isComplete()).isFalse();
    finishOne();
    assertThat(idle.isComplete()).isTrue();
  }

  @Test
  void whatIsTooMuchForOneBatchBeginsTheNextAtOnce() {
    NaturalBatcher<Integer> two = batcher(2, 9, 2);
    IntStream.range(0, 5).forEach(two::offer);
    turn();
    turn();
    assertThat(batches).containsExactly(List.of(0, 1), List.of(2, 3));
    assertThat(two.waiting()).isEqualTo(1);
  }

  private NaturalBatcher<Integer> batcher(int batchMax, int queueMax) {
    return batcher(batchMax, queueMax, 1);
  }

  private NaturalBatcher<Integer> batcher(int batchMax, int queueMax, int inFlightMax) {
    return new NaturalBatcher<>(
        batchMax,
        queueMax,
        inFlightMax,
        turns::add,
        new BatchWork<>(
            batch -> {
              batches.add(batch);
              Promise<Void> done = Promise.promise();
              inFlight.add(done);
              return done.future();
            },
            (batch, cause) -> {}));
  }

  private void offer(int... items) {
    for (int item : items) {
      assertThat(batcher.offer(item)).isTrue();
    }
  }

  private void turn() {
    Runnable task = turns.poll();
    if (task != null) {
      task.run();
    }
  }

  private void finishOne() {
    inFlight.remove().complete();
    turn();
  }
}
