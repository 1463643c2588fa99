package io.pigpig.render;

import java.util.Optional;

/** The fonts a text layer can ask for, and the bundled file of each. */
enum Typeface {
  SANS("sans", "fonts/NotoSansSC-Regular.ttf"),
  SANS_BOLD("sans-bold", "fonts/NotoSansSC-Bold.ttf");

  private final String id;
  private final String resource;

  Typeface(String id, String resource) {
    this.id = id;
    this.resource = resource;
  }

  String id() {
    return id;
  }

  String resource() {
    return resource;
  }

  static Optional<Typeface> of(String id) {
    for (Typeface typeface : values()) {
      if (typeface.id.equals(id)) {
        return Optional.of(typeface);
      }
    }
    return Optional.empty();
  }
}
