package io.pigpig.perf.load.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.pigpig.perf.load.LoadPlan.Kind;
import io.pigpig.perf.load.LoadPlan.Share;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private static final Share SHARE = new Share("order", Kind.ORDER, 1, "", 1);

  private final Deadlines deadlines = new Deadlines();
  private final Request first = new Request(SHARE);
  private final Request second = new Request(SHARE);
  private final Request third = new Request(SHARE);

  @Test
  void theFirstIsTheOneThatJoinedFirstOfThoseThatAreThere() {
    assertThat(deadlines.first()).isNull();
    deadlines.add(first);
    deadlines.add(second);
    deadlines.add(third);
    assertThat(deadlines.first()).isSameAs(first);
    deadlines.remove(second);
    deadlines.remove(first);
    assertThat(deadlines.first()).isSameAs(third);
    deadlines.add(second);
    deadlines.remove(third);
    assertThat(deadlines.first()).isSameAs(second);
    deadlines.remove(second);
    assertThat(deadlines.first()).isNull();
  }
}
