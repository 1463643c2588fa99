/** One supervised Redis connection with a deadline on every command. */
@NullMarked
package io.pigpig.runtime.redis;

import org.jspecify.annotations.NullMarked;
