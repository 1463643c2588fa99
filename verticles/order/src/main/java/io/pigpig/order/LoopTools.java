package io.pigpig.order;

import io.pigpig.runtime.Pause;
import io.pigpig.runtime.Ticker;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Time and chance as one event loop sees them; injected, so that a simulation can replace them. */
public record LoopTools(Ticker ticker, InstantSource clock, Pause pause, RandomGenerator random) {}
