/** How the stack asks peers of others over HTTP. */
@NullMarked
package io.pigpig.runtime.peer;

import org.jspecify.annotations.NullMarked;
