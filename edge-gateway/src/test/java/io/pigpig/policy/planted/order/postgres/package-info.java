/** Planted. */
@NullMarked
package io.pigpig.policy.planted.order.postgres;

import org.jspecify.annotations.NullMarked;
