/** The contract of stock on the wire. */
@NullMarked
package io.pigpig.stock.rpc;

import org.jspecify.annotations.NullMarked;
