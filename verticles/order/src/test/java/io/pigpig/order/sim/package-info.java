/** Orders, stock and sagas on one thread, by one seed, with everything around them a model. */
@NullMarked
package io.pigpig.order.sim;

import org.jspecify.annotations.NullMarked;
