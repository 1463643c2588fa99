/** The shared floor: identity, time, ids. Sees nothing of the contexts above it. */
@NullMarked
package io.pigpig.runtime;

import org.jspecify.annotations.NullMarked;
