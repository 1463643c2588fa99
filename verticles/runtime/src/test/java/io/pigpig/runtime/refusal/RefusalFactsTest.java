package io.pigpig.runtime.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every refusal there is travels without loss; what is not known is not guessed. */
final class RefusalFactsTest {

  @TestFactory
  Stream<DynamicTest> isPutTogetherAsItWasTakenApart() {
    return refusals(Refusal.class)
        .map(
            type ->
                DynamicTest.dynamicTest(
                    type.getSimpleName(),
                    () -> {
                      Refusal refusal = sample(type);
                      assertThat(RefusalFacts.of(refusal).refusal()).isEqualTo(refusal);
                    }));
  }

  @Test
  void theCodeOfANewerVersionIsAnUnknownOutcome() {
    RefusalFacts newer =
        new RefusalFacts("TOO_COLOURFUL", "the shirt glows", Map.of(), Duration.ZERO);
    assertThat(newer.refusal()).isInstanceOf(Refusal.OutcomeUnknown.class);
  }

  @Test
  void factsThatAreNotThoseOfTheirCodeAreAnUnknownOutcome() {
    RefusalFacts torn =
        new RefusalFacts("OUT_OF_STOCK", "", Map.of("asked", "many"), Duration.ZERO);
    assertThat(torn.refusal()).isInstanceOf(Refusal.OutcomeUnknown.class);
  }

  /** What a caller sent may be in it, however long. */
  @Test
  void textsAreCutToWhatFitsAResponse() {
    RefusalFacts facts = RefusalFacts.of(new Refusal.UnknownSku("\uD83D\uDE08".repeat(1 << 20)));
    assertThat(facts.detail()).hasSizeLessThanOrEqualTo(RefusalFacts.DETAIL_MAX).endsWith("...");
    assertThat(facts.facts().get("sku")).hasSizeBetween(1, RefusalFacts.FACT_MAX);
    assertThat(Character.isHighSurrogate(facts.detail().charAt(facts.detail().length() - 4)))
        .as("half a character")
        .isFalse();
  }

  private static Stream<Class<?>> refusals(Class<?> sealed) {
    return Stream.of(sealed.getPermittedSubclasses())
        .flatMap(type -> type.isInterface() ? refusals(type) : Stream.of(type))
        .distinct();
  }

  private static Refusal sample(Class<?> type) throws ReflectiveOperationException {
    List<Object> values = new ArrayList<>();
    List<Class<?>> types = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      types.add(component.getType());
      values.add(value(component, values.size()));
    }
    var constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
    constructor.setAccessible(true);
    return (Refusal) constructor.newInstance(values.toArray());
  }

  private static Object value(RecordComponent component, int number) {
    Class<?> type = component.getType();
    if (type == String.class) {
      return component.getName() + " " + number;
    }
    if (type == Duration.class) {
      return Duration.ofMillis(1_500);
    }
    return type == int.class ? (Object) (7 + number) : (Object) (7L + number);
  }
}
