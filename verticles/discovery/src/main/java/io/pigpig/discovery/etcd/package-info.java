/** Discovery through etcd's own gRPC contract, version 3. */
@NullMarked
package io.pigpig.discovery.etcd;

import org.jspecify.annotations.NullMarked;
