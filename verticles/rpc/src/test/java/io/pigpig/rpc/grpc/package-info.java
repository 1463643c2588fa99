/** gRPC as others speak it. */
@NullMarked
package io.pigpig.rpc.grpc;

import org.jspecify.annotations.NullMarked;
