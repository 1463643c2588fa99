/** Rendering: designs by content hash, previews as PNG. */
@NullMarked
package io.pigpig.render;

import org.jspecify.annotations.NullMarked;
