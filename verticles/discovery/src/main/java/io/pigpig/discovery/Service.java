package io.pigpig.discovery;

import io.vertx.core.net.Address;

/** A context that is asked by name, such as {@code order}; who serves it is looked up. */
public record Service(String name) implements Address {

  public Service {
    if (!name.matches("[a-z][a-z0-9-]{0,62}")) {
      throw new IllegalArgumentException("service name " + name);
    }
  }
}
