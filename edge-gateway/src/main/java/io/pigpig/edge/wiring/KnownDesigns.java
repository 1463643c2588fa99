package io.pigpig.edge.wiring;

import io.pigpig.order.Designs;
import io.pigpig.render.RenderService;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which designs exist, remembered by one event loop: a design is never deleted, so a yes holds for
 * ever. At most {@value #REMEMBERED_MAX} are remembered, the least recently used go first.
 */
final class KnownDesigns implements Designs {

  private static final int REMEMBERED_MAX = 10_000;

  private final RenderService designs;
  private final Map<String, Boolean> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  KnownDesigns(RenderService designs) {
    this.designs = designs;
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
