/** Tests of the connection to Redis. */
@NullMarked
package io.pigpig.runtime.redis;

import org.jspecify.annotations.NullMarked;
