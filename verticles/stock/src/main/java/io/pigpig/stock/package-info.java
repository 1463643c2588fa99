/** InventoryManagement: the stock of every SKU, as other contexts see it. */
@NullMarked
package io.pigpig.stock;

import org.jspecify.annotations.NullMarked;
