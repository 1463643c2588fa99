/** Scenarios that load, break and check a running stack from outside, and their reports. */
@NullMarked
package io.pigpig.perf;

import org.jspecify.annotations.NullMarked;
