/** Tests of the program as an operator runs it: a process of its own, signals and exit codes. */
@NullMarked
package io.pigpig.edge.process;

import org.jspecify.annotations.NullMarked;
