/** OrderProcessing: from a request to a durable order, as other contexts see it. */
@NullMarked
package io.pigpig.order;

import org.jspecify.annotations.NullMarked;
