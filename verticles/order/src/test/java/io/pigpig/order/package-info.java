/** Tests of placing, settling and reading orders on the real stores. */
@NullMarked
package io.pigpig.order;

import org.jspecify.annotations.NullMarked;
