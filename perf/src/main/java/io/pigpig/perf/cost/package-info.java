/**
 * What a load costs: processor time, memory, collections, system calls, log and calls of stores.
 */
@NullMarked
package io.pigpig.perf.cost;

import org.jspecify.annotations.NullMarked;
