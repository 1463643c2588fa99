/** Payment providers that speak HTTP. */
@NullMarked
package io.pigpig.order.http;

import org.jspecify.annotations.NullMarked;
