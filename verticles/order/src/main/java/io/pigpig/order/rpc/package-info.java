/** Orders over the carriers: what is served, and how it is asked. */
@NullMarked
package io.pigpig.order.rpc;

import org.jspecify.annotations.NullMarked;
