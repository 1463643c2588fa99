/** Designs over the carriers: what is served, and how it is asked. */
@NullMarked
package io.pigpig.render.rpc;

import org.jspecify.annotations.NullMarked;
