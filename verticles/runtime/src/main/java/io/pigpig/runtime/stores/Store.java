package io.pigpig.runtime.stores;

/** What a process keeps its state in. */
public enum Store {
  POSTGRES,
  REDIS
}
