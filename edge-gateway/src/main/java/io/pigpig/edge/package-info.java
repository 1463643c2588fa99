/** The program: a table of contents of what starts and stops. */
@NullMarked
package io.pigpig.edge;

import org.jspecify.annotations.NullMarked;
