package io.pigpig.discovery;

import java.util.List;

/** Who serves now, as far as is known. Safe from any thread; never blocks. */
@FunctionalInterface
public interface Instances {

  /**
   * The instances of a service, in the order of their ids. The same list object comes back until
   * something changes. Empty when none is known, or when nobody looks after this service.
   */
  List<Instance> of(Service service);
}
