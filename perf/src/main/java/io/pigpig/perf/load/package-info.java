/**
 * The load generator: a program of its own that keeps a schedule and writes down what came back.
 *
 * <p>{@link io.pigpig.perf.load.LoadPlan} goes in, {@link io.pigpig.perf.load.LoadResult} comes
 * out, both as JSON; nothing else is shared with the rest of the harness.
 */
@NullMarked
package io.pigpig.perf.load;

import org.jspecify.annotations.NullMarked;
