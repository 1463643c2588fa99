/** PricingEngine: member prices and time-boxed discounts; the price of a line is decided here. */
@NullMarked
package io.pigpig.pricing;

import org.jspecify.annotations.NullMarked;
