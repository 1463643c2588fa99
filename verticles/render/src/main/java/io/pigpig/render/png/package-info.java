/** PNG written fast. */
@NullMarked
package io.pigpig.render.png;

import org.jspecify.annotations.NullMarked;
