/** The stock ledger in Postgres. */
@NullMarked
package io.pigpig.stock.postgres;

import org.jspecify.annotations.NullMarked;
