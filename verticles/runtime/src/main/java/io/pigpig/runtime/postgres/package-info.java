/** One supervised Postgres connection with a deadline on every statement; migrations. */
@NullMarked
package io.pigpig.runtime.postgres;

import org.jspecify.annotations.NullMarked;
