/** ProductCatalog: products and their variants, as one immutable snapshot with a version. */
@NullMarked
package io.pigpig.catalog;

import org.jspecify.annotations.NullMarked;
