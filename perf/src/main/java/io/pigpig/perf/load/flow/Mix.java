package io.pigpig.perf.load.flow;

import io.pigpig.perf.load.LoadPlan.Share;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which share of the mix is next: each as often as its weight says within one round, in an order
 * that the seed decides and that every round repeats.
 */
final class Mix {

  private final List<Share> shares;
  private final int[] round;
  private int next;

  Mix(List<Share> shares, long seed) {
    this.shares = shares;
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < shares.size(); i++) {
      indices.addAll(Collections.nCopies(shares.get(i).weight(), i));
    }
    Collections.shuffle(indices, new Random(seed));
    round = indices.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The index of the next share. */
  int next() {
    int index = round[next];
    next = next + 1 == round.length ? 0 : next + 1;
    return index;
  }

  Share share(int index) {
    return shares.get(index);
  }
}
