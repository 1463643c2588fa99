package io.pigpig.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings are read as declared, and what is wrong is named. */
final class SettingsReaderTest {

  private enum Mode {
    FAST,
    VERY_SAFE
  }

  private record Inner(
      @Setting(about = "Items.", byDefault = "5", min = 1, max = 9) int itemMax,
      @Setting(about = "Wait.", byDefault = "250ms", min = 10, max = 60_000) Duration patience) {

    Inner {
      if (itemMax == 7) {
        throw new IllegalArgumentException("seven is not liked");
      }
    }
  }

  private record Outer(
      @Setting(about = "A name.", byDefault = "") String name,
      @Setting(about = "A switch.", byDefault = "off") boolean open,
      @Setting(about = "A mode.", byDefault = "very-safe") Mode mode,
      @Setting(about = "Many.", byDefault = "1_000") long many,
      Inner inner) {}

  @Test
  void whatIsNotSaidHasItsDefault() {
    assertThat(SettingsReader.read(Outer.class, Map.of()))
        .isEqualTo(
            new Outer("", false, Mode.VERY_SAFE, 1000, new Inner(5, Duration.ofMillis(250))));
  }

  @Test
  void everyTypeIsReadFromItsText() {
    Map<String, String> said =
        Map.of(
            "name", "a b",
            "open", "on",
            "mode", "fast",
            "many", "7",
            "inner.item-max", "9",
            "inner.patience", "1m");
    assertThat(SettingsReader.read(Outer.class, said))
        .isEqualTo(new Outer("a b", true, Mode.FAST, 7, new Inner(9, Duration.ofMinutes(1))));
  }

  @Test
  void anUnknownNameIsRefusedWithTheNearestOne() {
    assertRefused("inner.item-mx", "1", "unknown setting inner.item-mx");
    assertRefused("inner.item-mx", "1", "did you mean inner.item-max?");
  }

  @Test
  void valuesAreTakenAtTheirBoundsAndRefusedOneBeyond() {
    assertThat(read("inner.item-max", "1").inner().itemMax()).isEqualTo(1);
    assertThat(read("inner.item-max", "9").inner().itemMax()).isEqualTo(9);
    assertThat(read("inner.patience", "10ms").inner().patience()).isEqualTo(Duration.ofMillis(10));
    assertRefused("inner.item-max", "0", "must be 1 to 9");
    assertRefused("inner.item-max", "10", "must be 1 to 9");
    assertRefused("inner.patience", "9ms", "must be 10 to 60000 ms");
    assertRefused("inner.patience", "61s", "must be 10 to 60000 ms");
  }

  @Test
  void textThatCannotBeReadIsRefusedByName() {
    assertRefused("inner.item-max", "many", "setting inner.item-max cannot be \"many\"");
    assertRefused("inner.patience", "5", "a duration is written");
    assertRefused("open", "yes", "must be on or off");
    assertRefused("mode", "slow", "must be one of fast, very-safe");
  }

  @Test
  void aNumberThatNoTypeHoldsIsRefusedByName() {
    assertRefused("many", "9223372036854775808", "setting many cannot be");
    assertRefused("inner.patience", "9223372036854775807h", "setting inner.patience cannot be");
  }

  @Test
  void whatARecordRefusesNamesItsSection() {
    assertRefused("inner.item-max", "7", "settings inner: seven is not liked");
  }

  @Test
  void namesAreKebabCaseAndTheirVariablesUpperCase() {
    assertThat(SettingsReader.declared(Outer.class).sequencedKeySet())
        .containsExactly("name", "open", "mode", "many", "inner.item-max", "inner.patience");
    assertThat(SettingsReader.environmentName("inner.item-max")).isEqualTo("PIGPIG_INNER_ITEM_MAX");
  }

  private static Outer read(String name, String text) {
    return SettingsReader.read(Outer.class, Map.of(name, text));
  }

  private static void assertRefused(String name, String text, String message) {
    assertThatThrownBy(() -> read(name, text))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message);
  }
}
