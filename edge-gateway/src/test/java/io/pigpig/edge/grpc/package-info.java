/** What a gRPC client that is not ours sees. */
@NullMarked
package io.pigpig.edge.grpc;

import org.jspecify.annotations.NullMarked;
