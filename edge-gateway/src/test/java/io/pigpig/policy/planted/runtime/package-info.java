/** Planted. */
@NullMarked
package io.pigpig.policy.planted.runtime;

import org.jspecify.annotations.NullMarked;
