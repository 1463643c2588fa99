/** Real members over loopback and over cut networks. */
@NullMarked
package io.pigpig.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
