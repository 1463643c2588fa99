/** One event bus for several processes: how it is joined, watched and kept from flooding. */
@NullMarked
package io.pigpig.cluster;

import org.jspecify.annotations.NullMarked;
