/** Questions to the stores of a stack, past the stack itself. */
@NullMarked
package io.pigpig.perf.store;

import org.jspecify.annotations.NullMarked;
