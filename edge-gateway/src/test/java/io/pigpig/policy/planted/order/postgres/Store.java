package io.pigpig.policy.planted.order.postgres;

/** An adapter, for others to see wrongly. */
public final class Store {}
