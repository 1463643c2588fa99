package io.pigpig.runtime.batch;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What a {@link NaturalBatcher} does with its batches.
 *
 * @param <T> what is batched
 * @param handle handles a batch and tells its items; the next batch begins when the future
 *     completes
 * @param failed tells those items that have not heard yet that {@code handle} threw or failed
 */
public record BatchWork<T>(
    Function<List<T>, Future<?>> handle, BiConsumer<List<T>, Throwable> failed) {}
