/** The events of stock on the event bus. */
@NullMarked
package io.pigpig.stock.bus;

import org.jspecify.annotations.NullMarked;
