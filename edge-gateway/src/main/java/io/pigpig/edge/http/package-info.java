/** The HTTP edge: routing, limits, bodies, problems, and one handler a resource. */
@NullMarked
package io.pigpig.edge.http;

import org.jspecify.annotations.NullMarked;
