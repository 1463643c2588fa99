/** Which instances serve a context now, and which of them to ask next. */
@NullMarked
package io.pigpig.discovery;

import org.jspecify.annotations.NullMarked;
