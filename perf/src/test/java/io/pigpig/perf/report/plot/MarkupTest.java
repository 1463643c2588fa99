package io.pigpig.perf.report.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MarkupTest {

  @Test
  void textsAndAttributesAreEscaped() {
    assertThat(new Markup().element("p", "<a> & b", "title", "\"<&>\"").finish())
        .isEqualTo("<p title=\"&quot;&lt;&amp;&gt;&quot;\">&lt;a&gt; &amp; b</p>");
  }

  @Test
  void whatXmlHasNoPlaceForIsReplaced() {
    assertThat(new Markup().text("a\u0000b\u001bc\ud800d\uffffe\nf").finish())
        .isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\nf");
    assertThat(new Markup().text("\ud83d\udc37").finish()).isEqualTo("\ud83d\udc37");
  }

  @Test
  void coordinatesHaveATenthOfAPixel() {
    assertThat(new Markup().empty("r", "x", 1.26, "y", 3.0, "z", -0.04).finish())
        .isEqualTo("<r x=\"1.3\" y=\"3\" z=\"0\"/>");
  }

  @Test
  void pageWithAnOpenElementIsNotFinished() {
    assertThatThrownBy(() -> new Markup().open("p").finish())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("still open: [p]");
  }
}
