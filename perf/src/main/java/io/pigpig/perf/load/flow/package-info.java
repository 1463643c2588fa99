/** Requests from their intended time to their one end, whatever protocol carries them. */
@NullMarked
package io.pigpig.perf.load.flow;

import org.jspecify.annotations.NullMarked;
