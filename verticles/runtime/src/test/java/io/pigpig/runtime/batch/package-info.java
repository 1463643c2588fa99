/** Tests of batching. */
@NullMarked
package io.pigpig.runtime.batch;

import org.jspecify.annotations.NullMarked;
