package io.pigpig.edge.wiring;

import io.pigpig.render.RenderService;
import io.pigpig.rpc.grpc.GrpcEndpoint;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a shop gets from the process it is part of.
 *
 * @param keeper of the stores; null where the role keeps nothing in them
 * @param designs drawn in this process; null where they are drawn elsewhere
 * @param readiness whether the process can do its work
 */
record Surroundings(
    Vertx vertx,
    Shared shared,
    @Nullable Keeper keeper,
    @Nullable RenderService designs,
    Remotes remotes,
    GrpcEndpoint.Readiness readiness,
    AtomicInteger pending) {}
