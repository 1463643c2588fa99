package io.pigpig.perf.load.flow;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All connections of a run; those with room take requests in turn. Owned by the event loop. */
final class Connections {

  private final ArrayDeque<Place> ready = new ArrayDeque<>();
  private final List<Place> places = new ArrayList<>();

  Connections(Connector connector, int count, Loop loop, Answers answers) {
    for (int i = 0; i < count; i++) {
      places.add(new Place(connector, loop, answers, ready));
    }
  }

  /** Completes when all are open. Fails when one cannot be opened. */
  Future<?> open() {
    return Future.all(places.stream().map(Place::open).toList());
  }

  /** One that has room, or null. */
  @Nullable Place take() {
    for (Place place = ready.poll(); place != null; place = ready.poll()) {
      if (place.unlist()) {
        return place;
      }
    }
    return null;
  }

  void close() {
    places.forEach(Place::close);
  }
}
