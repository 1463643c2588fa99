/** Processes of one cluster, in one JVM and in several. */
@NullMarked
package io.pigpig.cluster;

import org.jspecify.annotations.NullMarked;
