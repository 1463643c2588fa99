/** ShippingLogistics: carriers and waybills. */
@NullMarked
package io.pigpig.shipping;

import org.jspecify.annotations.NullMarked;
