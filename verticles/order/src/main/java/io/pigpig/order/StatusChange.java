package io.pigpig.order;

import java.time.Instant;

/**
 * One entry of an order's timeline.
 *
 * @param sequence 1 for the placement, then counting up without gaps
 */
public record StatusChange(int sequence, OrderStatus status, Instant at) {}
