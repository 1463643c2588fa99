/** Stock over the carriers: what is served, and how it is asked. */
@NullMarked
package io.pigpig.stock.rpc;

import org.jspecify.annotations.NullMarked;
