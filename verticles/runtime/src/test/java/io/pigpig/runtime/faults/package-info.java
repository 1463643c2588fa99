/** Faults of the network between the stack and its stores, made by a TCP proxy of our own. */
@NullMarked
package io.pigpig.runtime.faults;

import org.jspecify.annotations.NullMarked;
