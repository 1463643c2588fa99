package io.pigpig.edge.wiring;

import io.pigpig.order.Designs;
import io.pigpig.render.RenderService;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which designs exist, remembered by one event loop: a design is never deleted, so a yes holds for
 * ever. At most {@code order.known-designs-max} are remembered, the least recently used go first.
 */
final class KnownDesigns implements Designs {

  private final RenderService designs;
  private final int rememberedMax;
  private final Map<String, Boolean> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > rememberedMax;
        }
      };

  KnownDesigns(RenderService designs, int rememberedMax) {
    this.designs = designs;
    this.rememberedMax = rememberedMax;
  }

  @Override
  public Future<Boolean> exists(String designId) {
    if (known.get(designId) != null) {
      return Future.succeededFuture(true);
    }
    return designs
        .exists(designId)
        .onSuccess(
            exists -> {
              if (exists) {
                known.put(designId, true);
              }
            });
  }
}
