package io.pigpig.perf.report;

import io.pigpig.perf.report.RunRecord.Where;
import io.pigpig.perf.report.plot.Markup;
import io.pigpig.perf.report.plot.Plot;
import io.pigpig.perf.report.plot.PlotSvg;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A page under construction: one file with nothing beside it and no script, well-formed XML, in
 * light and dark, on screen and on paper.
 */
final class HtmlPage {

  private static final String STYLE = "page.css";

  /** A number with its unit, from one to another, or none. */
  private static final Pattern NUMBER =
      Pattern.compile("-|-?[\\d,.]+( to -?[\\d,.]+)?( [^ ]{1,8})?");

  private final Markup markup = new Markup();
  private boolean inSection;

  HtmlPage(String title) {
    markup.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en");
    markup.open("head");
    markup.empty("meta", "charset", "utf-8");
    markup.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    markup.empty("meta", "name", "color-scheme", "content", "light dark");
    markup.element("title", title);
    markup.element("style", style());
    markup.close().open("body").open("main");
  }

  /** Free of what XML would escape: HTML does not unescape within a style. */
  private static String style() {
    try (InputStream file = HtmlPage.class.getResourceAsStream(STYLE)) {
      return new String(Objects.requireNonNull(file, STYLE).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + STYLE, e);
    }
  }

  Markup markup() {
    return markup;
  }

  void heading(String title, String about) {
    markup.element("h1", title);
    paragraph(about, "about");
  }

  /** Where and when it ran. */
  void where(Where where) {
    String time = Instant.ofEpochMilli(where.atEpochMillis()).toString();
    markup.open("dl", "class", "where");
    fact("at", time);
    fact("commit", where.commit());
    fact("CPU", where.cpuModel() + ", " + where.cores() + " cores");
    fact("kernel", "Linux " + where.kernel());
    fact("JDK", where.jdk());
    markup.close();
  }

  void fact(String name, String value) {
    markup.open("div").element("dt", name).element("dd", value).close();
  }

  /** Green, or red with every violation. */
  void verdict(List<String> violations, String more) {
    if (violations.isEmpty()) {
      banner("ok", "Every promise held.", more);
      return;
    }
    violations(
        violations.size() == 1 ? "A promise is broken:" : "Promises are broken:", violations);
  }

  /** In red, a line each. */
  void violations(String said, List<String> violations) {
    markup.open("div", "class", "banner bad", "role", "status");
    markup.element("strong", said).open("ul");
    violations.forEach(violation -> markup.element("li", violation));
    markup.close().close();
  }

  /** One line that nobody overlooks, in the manner of {@code ok}, {@code bad} or {@code warn}. */
  void banner(String manner, String said, String more) {
    markup.open("div", "class", "banner " + manner, "role", "status");
    markup.element("strong", said).text(more.isEmpty() ? "" : " " + more).close();
  }

  /** Ends the section before it. */
  void section(String title, String lead) {
    endSection();
    markup.open("section").element("h2", title);
    inSection = true;
    paragraph(lead, "lead");
  }

  void paragraph(String text, String style) {
    if (!text.isEmpty()) {
      markup.element("p", text, "class", style);
    }
  }

  /** The first column names its row; columns of numbers stand to the right. */
  void table(Table table) {
    markup.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (int i = 0; i < table.columns().size(); i++) {
      markup.element("th", table.columns().get(i), "scope", "col", "class", manner(table, i));
    }
    markup.close().close().open("tbody");
    for (List<String> row : table.rows()) {
      markup.open("tr").element("th", row.getFirst(), "scope", "row", "class", manner(table, 0));
      for (int i = 1; i < row.size(); i++) {
        markup.element("td", row.get(i), "class", manner(table, i));
      }
      markup.close();
    }
    markup.close().close().close();
  }

  private static String manner(Table table, int column) {
    boolean numbers =
        table.rows().stream().allMatch(row -> NUMBER.matcher(row.get(column)).matches());
    return numbers ? "number" : "words";
  }

  void plots(List<Plot> plots) {
    PlotSvg.drawRow(markup, plots);
  }

  String finish() {
    endSection();
    return "<!DOCTYPE html>\n" + markup.close().close().close().finish() + "\n";
  }

  private void endSection() {
    if (inSection) {
      markup.close();
      inSection = false;
    }
  }
}
