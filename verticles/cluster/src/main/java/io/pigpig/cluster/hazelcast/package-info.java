/** Membership and subscriptions of the clustered event bus through Hazelcast. */
@NullMarked
package io.pigpig.cluster.hazelcast;

import org.jspecify.annotations.NullMarked;
