package io.pigpig.policy.planted.runtime;

import io.pigpig.policy.planted.order.postgres.Store;

/** A class of the floor that sees a context. */
public record SeesContext(Store store) {}
