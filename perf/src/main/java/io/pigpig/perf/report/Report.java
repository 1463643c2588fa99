package io.pigpig.perf.report;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** What a scenario answers: for the terminal, as a page, as JSON, and whether all promises held. */
public interface Report {

  /** Names the files. */
  String name();

  /** Broken promises, a sentence each. */
  List<String> violations();

  /** What a reader must know before he believes it, a sentence each. */
  default List<String> notes() {
    return List.of();
  }

  /** What the terminal shows. */
  List<Table> tables();

  JsonObject json();

  /** One page with nothing beside it. */
  String html();

  default boolean ok() {
    return violations().isEmpty();
  }
}
