/** The gate in Redis: one script a micro-batch. */
@NullMarked
package io.pigpig.stock.redis;

import org.jspecify.annotations.NullMarked;
