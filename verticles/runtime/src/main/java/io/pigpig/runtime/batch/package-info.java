/** Natural batching: while one batch is in flight the next one gathers. */
@NullMarked
package io.pigpig.runtime.batch;

import org.jspecify.annotations.NullMarked;
