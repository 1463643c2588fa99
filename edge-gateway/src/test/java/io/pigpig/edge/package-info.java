/** The whole process under test. */
@NullMarked
package io.pigpig.edge;

import org.jspecify.annotations.NullMarked;
