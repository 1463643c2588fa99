/** gRPC between processes: HTTP/2 in clear text, deadlines, refusals as statuses. */
@NullMarked
package io.pigpig.rpc.grpc;

import org.jspecify.annotations.NullMarked;
