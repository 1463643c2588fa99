/** The composition root: settings, loops, verticles, and the order in which they start and stop. */
@NullMarked
package io.pigpig.edge.wiring;

import org.jspecify.annotations.NullMarked;
