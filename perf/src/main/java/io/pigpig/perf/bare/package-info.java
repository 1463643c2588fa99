/** The reference program every figure is measured against: the least a durable order can cost. */
@NullMarked
package io.pigpig.perf.bare;

import org.jspecify.annotations.NullMarked;
