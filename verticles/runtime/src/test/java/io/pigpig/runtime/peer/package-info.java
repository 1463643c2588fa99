/** Tests of what is said to and by peers. */
@NullMarked
package io.pigpig.runtime.peer;

import org.jspecify.annotations.NullMarked;
