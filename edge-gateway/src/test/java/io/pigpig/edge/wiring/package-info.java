/** Tests of the settings and the wiring. */
@NullMarked
package io.pigpig.edge.wiring;

import org.jspecify.annotations.NullMarked;
