package io.pigpig.runtime.stores;

/** A server that runs, and who starts it again. */
record Supervised(StoreProcess process, StoreSupervisor supervisor, int port) {

  /** Watches a process that was started on {@code port}. */
  static Supervised of(StoreProcess process, int port) {
    return new Supervised(process, StoreSupervisor.watch(process, port), port);
  }
}
