/** The metric catalogue. */
@NullMarked
package io.pigpig.runtime.metrics;

import org.jspecify.annotations.NullMarked;
