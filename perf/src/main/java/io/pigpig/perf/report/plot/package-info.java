/** A small plotting kit: scales, series and marks, drawn as SVG that needs no script. */
@NullMarked
package io.pigpig.perf.report.plot;

import org.jspecify.annotations.NullMarked;
