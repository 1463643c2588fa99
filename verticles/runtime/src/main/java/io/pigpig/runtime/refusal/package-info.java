/** Expected refusals as sealed data, carried by one stackless exception. */
@NullMarked
package io.pigpig.runtime.refusal;

import org.jspecify.annotations.NullMarked;
