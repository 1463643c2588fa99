package io.pigpig.policy.planted.order.redis;

import io.pigpig.policy.planted.order.postgres.Store;

/** An adapter that sees an adapter of another technology. */
public record SeesPostgres(Store store) {}
