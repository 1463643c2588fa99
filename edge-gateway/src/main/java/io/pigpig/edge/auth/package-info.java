/** Who asks and how often: bearer tokens, their cache, the development issuer, rate limits. */
@NullMarked
package io.pigpig.edge.auth;

import org.jspecify.annotations.NullMarked;
