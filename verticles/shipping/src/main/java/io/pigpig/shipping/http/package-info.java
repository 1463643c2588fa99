/** Carriers that speak HTTP. */
@NullMarked
package io.pigpig.shipping.http;

import org.jspecify.annotations.NullMarked;
