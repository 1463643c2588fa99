package io.pigpig.edge.http;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a method and a path. HEAD is found where GET is (RFC 9110, 9.3.2). Paths
 * without parameters are one map look-up; the few with parameters are compared segment by segment.
 * Immutable.
 */
final class RouteTable {

  /** A path of the table, with its routes by method. */
  private record Place(List<String> segments, List<Route> routes) {}

  /**
   * What was found: a route with the path's parameters, or the methods that the path has (none when
   * there is no such path).
   */
  record Match(@Nullable Route route, List<String> parameters, String allow) {}

  private static final Match NOTHING = new Match(null, List.of(), "");

  private final List<Route> routes;
  private final Map<String, Place> exact = new HashMap<>();
  private final List<Place> withParameters = new ArrayList<>();

  RouteTable(List<Route> routes) {
    this.routes = List.copyOf(routes);
    Map<String, List<Route>> byTemplate =
        routes.stream().collect(Collectors.groupingBy(Route::template));
    byTemplate.forEach(
        (template, itsRoutes) -> {
          Place place = new Place(List.of(template.split("/", -1)), itsRoutes);
          if (template.indexOf('{') < 0) {
            exact.put(template, place);
          } else {
            withParameters.add(place);
          }
        });
  }

  List<Route> routes() {
    return routes;
  }

  Match match(HttpMethod method, String path) {
    Place place = exact.get(path);
    if (place != null) {
      return of(place, method, List.of());
    }
    List<String> segments = List.of(path.split("/", -1));
    for (Place candidate : withParameters) {
      List<String> parameters = parameters(candidate.segments(), segments);
      if (parameters != null) {
        return of(candidate, method, parameters);
      }
    }
    return NOTHING;
  }

  private static Match of(Place place, HttpMethod method, List<String> parameters) {
    HttpMethod wanted = HttpMethod.HEAD.equals(method) ? HttpMethod.GET : method;
    for (Route route : place.routes()) {
      if (route.method().equals(wanted)) {
        return new Match(route, parameters, "");
      }
    }
    String allow =
        place.routes().stream()
            .map(route -> route.method().name())
            .flatMap(name -> name.equals("GET") ? Stream.of(name, "HEAD") : Stream.of(name))
            .sorted()
            .collect(Collectors.joining(", "));
    return new Match(null, List.of(), allow);
  }

  private static @Nullable List<String> parameters(List<String> template, List<String> path) {
    if (template.size() != path.size()) {
      return null;
    }
    List<String> parameters = new ArrayList<>(2);
    for (int i = 0; i < template.size(); i++) {
      if (template.get(i).startsWith("{")) {
        if (path.get(i).isEmpty()) {
          return null;
        }
        parameters.add(path.get(i));
      } else if (!template.get(i).equals(path.get(i))) {
        return null;
      }
    }
    return parameters;
  }
}
