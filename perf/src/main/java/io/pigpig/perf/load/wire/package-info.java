/** How requests and answers travel: HTTP/1.1 on bare channels, HTTP/2 and gRPC by Vert.x. */
@NullMarked
package io.pigpig.perf.load.wire;

import org.jspecify.annotations.NullMarked;
