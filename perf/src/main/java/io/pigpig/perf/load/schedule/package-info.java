/** When requests leave. */
@NullMarked
package io.pigpig.perf.load.schedule;

import org.jspecify.annotations.NullMarked;
