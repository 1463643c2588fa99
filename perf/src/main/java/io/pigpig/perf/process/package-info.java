/** What other processes of this machine are told. */
@NullMarked
package io.pigpig.perf.process;

import org.jspecify.annotations.NullMarked;
