/** The contract of rendering on the wire. */
@NullMarked
package io.pigpig.render.rpc;

import org.jspecify.annotations.NullMarked;
