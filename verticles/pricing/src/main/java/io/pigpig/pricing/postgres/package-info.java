/** The price book in Postgres. */
@NullMarked
package io.pigpig.pricing.postgres;

import org.jspecify.annotations.NullMarked;
