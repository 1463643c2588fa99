/** Planted. */
@NullMarked
package io.pigpig.policy.planted.order.redis;

import org.jspecify.annotations.NullMarked;
