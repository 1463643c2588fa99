/** Embedded Postgres and Redis: started, watched, restarted and reclaimed. */
@NullMarked
package io.pigpig.runtime.stores;

import org.jspecify.annotations.NullMarked;
