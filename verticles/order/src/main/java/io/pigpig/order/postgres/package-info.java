/** Orders in Postgres: the batch functions called and their rows read. */
@NullMarked
package io.pigpig.order.postgres;

import org.jspecify.annotations.NullMarked;
