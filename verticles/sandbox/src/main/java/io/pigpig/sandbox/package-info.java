/** The sandbox payment provider and carrier: peers of the stack that stand in for real ones. */
@NullMarked
package io.pigpig.sandbox;

import org.jspecify.annotations.NullMarked;
