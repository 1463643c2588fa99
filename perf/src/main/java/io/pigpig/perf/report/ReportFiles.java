package io.pigpig.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Reports in their folder: every run under its time, and the newest under its plain name too. */
public final class ReportFiles {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private ReportFiles() {}

  /**
   * Writes {@code NAME-TIME.json} and {@code .html}, kept until the folder is cleaned, and the same
   * as {@code NAME.json} and {@code NAME.html}, which the next run replaces. Answers the page that
   * is kept.
   */
  public static Path write(Report report, Path folder, Instant at) throws IOException {
    String kept = report.name() + "-" + TIME.format(at);
    String json = report.json().encodePrettily() + "\n";
    String html = report.html();
    Files.createDirectories(folder);
    for (String name : new String[] {report.name(), kept}) {
      Files.writeString(folder.resolve(name + ".json"), json);
      Files.writeString(folder.resolve(name + ".html"), html);
    }
    return folder.resolve(kept + ".html");
  }
}
