/** Planted. */
@NullMarked
package io.pigpig.policy.planted.order;

import org.jspecify.annotations.NullMarked;
