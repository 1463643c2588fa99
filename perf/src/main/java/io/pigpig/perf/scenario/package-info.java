/** What a load scenario can say, and the reading of its file. */
@NullMarked
package io.pigpig.perf.scenario;

import org.jspecify.annotations.NullMarked;
