/** The event bus inside a process: one message a call, no copy. */
@NullMarked
package io.pigpig.rpc.bus;

import org.jspecify.annotations.NullMarked;
