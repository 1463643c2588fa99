/**
 * What clients were told, against what is there: shared by the runs against a real stack and the
 * simulation of it.
 */
@NullMarked
package io.pigpig.perf.history;

import org.jspecify.annotations.NullMarked;
