/** The command line: flags, files and environment become settings; {@code ./edge order}. */
@NullMarked
package io.pigpig.edge.cli;

import org.jspecify.annotations.NullMarked;
