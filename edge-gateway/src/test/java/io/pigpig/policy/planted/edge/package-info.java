/** Planted. */
@NullMarked
package io.pigpig.policy.planted.edge;

import org.jspecify.annotations.NullMarked;
