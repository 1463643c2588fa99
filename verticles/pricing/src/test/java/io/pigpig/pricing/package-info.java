/** Tests of prices. */
@NullMarked
package io.pigpig.pricing;

import org.jspecify.annotations.NullMarked;
