/** Tokens that hold, tokens that do not, and the limits around them. */
@NullMarked
package io.pigpig.edge.auth;

import org.jspecify.annotations.NullMarked;
