/**
 * Contracts and what carries them: an {@link io.pigpig.rpc.RpcService} is bound to a carrier on one
 * side, and an {@link io.pigpig.rpc.RpcCaller} asks it on the other. Who calls, by when, how much,
 * and what a refusal looks like is the same on every carrier.
 */
@NullMarked
package io.pigpig.rpc;

import org.jspecify.annotations.NullMarked;
