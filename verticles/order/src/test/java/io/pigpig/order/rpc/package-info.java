/** The contracts of orders and sagas on the wire, and what their callers make of answers. */
@NullMarked
package io.pigpig.order.rpc;

import org.jspecify.annotations.NullMarked;
