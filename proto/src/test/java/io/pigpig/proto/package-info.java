/** The contracts as messages. */
@NullMarked
package io.pigpig.proto;

import org.jspecify.annotations.NullMarked;
