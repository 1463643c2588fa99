package io.pigpig.perf;

/** What a side is in a run, at most one of each, in the order in which they take turns. */
enum Standing {
  /** The stack of this checkout, which goals are for. */
  SUBJECT,
  /** The same with techniques that the scenario has switched back. */
  SWITCHED_BACK,
  /** What the command line compares it with, of which no goal says anything. */
  OTHER,
  /** What the scenario compares it with: the least that a durable order costs. */
  BARE_PATH
}
