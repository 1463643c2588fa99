/** The catalog in Postgres. */
@NullMarked
package io.pigpig.catalog.postgres;

import org.jspecify.annotations.NullMarked;
