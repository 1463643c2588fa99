/** The events of orders on the event bus. */
@NullMarked
package io.pigpig.order.bus;

import org.jspecify.annotations.NullMarked;
