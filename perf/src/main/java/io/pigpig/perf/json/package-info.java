/** JSON of the harness' own files, read as strictly as it is written. */
@NullMarked
package io.pigpig.perf.json;

import org.jspecify.annotations.NullMarked;
