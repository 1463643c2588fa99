/** Tests of the connection to Postgres, and of what makes ids and pauses. */
@NullMarked
package io.pigpig.runtime.postgres;

import org.jspecify.annotations.NullMarked;
