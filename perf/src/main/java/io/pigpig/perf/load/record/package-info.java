/** What happened, second by second, and what customers were told of each order. */
@NullMarked
package io.pigpig.perf.load.record;

import org.jspecify.annotations.NullMarked;
