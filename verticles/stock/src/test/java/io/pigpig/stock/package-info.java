/** Tests of stock on the real stores. */
@NullMarked
package io.pigpig.stock;

import org.jspecify.annotations.NullMarked;
