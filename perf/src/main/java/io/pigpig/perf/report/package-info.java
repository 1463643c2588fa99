/** What a run left behind, and how it is shown: as a page, as JSON, and against another run. */
@NullMarked
package io.pigpig.perf.report;

import org.jspecify.annotations.NullMarked;
