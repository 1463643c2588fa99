/** Designs kept in Postgres. */
@NullMarked
package io.pigpig.render.postgres;

import org.jspecify.annotations.NullMarked;
