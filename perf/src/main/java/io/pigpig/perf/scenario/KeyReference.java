package io.pigpig.perf.scenario;

import io.pigpig.perf.report.Measure;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Every key of a scenario and every figure of a goal, as Markdown. */
final class KeyReference {

  private KeyReference() {}

  static String markdown() {
    StringBuilder text = new StringBuilder();
    section(text, "A scenario", ScenarioFile.class);
    text.append("\n## Figures\n\n| figure | unit | goal | what |\n| --- | --- | --- | --- |\n");
    for (Measure measure : Measure.values()) {
      String goal = measure.sense().name().toLowerCase(Locale.ROOT).replace('_', '-');
      row(text, "`" + measure.text() + "`", measure.unit(), "`" + goal + "`", measure.about());
    }
    return text.toString();
  }

  /** A table of a record's keys, and after it one for each section within. */
  private static void section(StringBuilder text, String title, Class<?> type) {
    text.append("\n## ").append(title).append("\n\n");
    text.append("| key | by default | what |\n| --- | --- | --- |\n");
    List<RecordComponent> sections = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Key key = component.getAnnotation(Key.class);
      Class<?> inner = inner(component);
      boolean isSection = StrictYaml.isSection(inner);
      if (isSection) {
        sections.add(component);
      }
      row(text, "`" + StrictYaml.key(component) + "`", byDefault(key, isSection), key.about());
    }
    for (RecordComponent section : sections) {
      String name = StrictYaml.key(section);
      boolean list = section.getType() == List.class;
      section(text, "`" + name + "`" + (list ? ", each" : ""), inner(section));
    }
  }

  private static Class<?> inner(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType generic
            && generic.getActualTypeArguments().length == 1
        ? (Class<?>) generic.getActualTypeArguments()[0]
        : component.getType();
  }

  private static String byDefault(Key key, boolean isSection) {
    if (key.byDefault().equals(Key.REQUIRED)) {
      return isSection ? "see below" : "-";
    }
    return key.byDefault().isEmpty() ? "empty" : "`" + key.byDefault() + "`";
  }

  private static void row(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
