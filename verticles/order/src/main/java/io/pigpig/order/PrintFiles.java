package io.pigpig.order;

import io.vertx.core.Future;

/** Makes what the printer needs of a design, at most once a design. */
public interface PrintFiles {

  /** Completes when the design's print file is stored. */
  Future<Void> make(String designId);
}
