package io.pigpig.render;

import java.util.Optional;

/** The garments a design can be put on; ids are those of the catalog's models. */
public enum Template {
  TEE_CLASSIC("tee-classic"),
  TEE_OVERSIZE("tee-oversize"),
  LONGSLEEVE("longsleeve"),
  HOODIE("hoodie"),
  TANK("tank");

  private final String id;

  Template(String id) {
    this.id = id;
  }

  public String id() {
    return id;
  }

  static Optional<Template> of(String id) {
    for (Template template : values()) {
      if (template.id.equals(id)) {
        return Optional.of(template);
      }
    }
    return Optional.empty();
  }
}
