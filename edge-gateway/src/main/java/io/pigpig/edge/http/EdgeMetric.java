package io.pigpig.edge.http;

/** Every metric of the edge and what it tells an operator. */
enum EdgeMetric {
  REQUESTS(
      "http.server.requests",
      "Requests by route and status, from the complete head to the answer's end."),
  REQUESTS_ACTIVE("http.server.requests.active", "Requests under way in this process."),
  REFUSALS("http.server.refusals", "Refusals by their stable code."),
  CLIENTS_GONE("http.server.clients.gone", "Answers that a client did not wait for."),
  CONNECTIONS_OPENED(
      "http.server.connections.opened", "Connections accepted; less the closed ones, those open."),
  CONNECTIONS_CLOSED("http.server.connections.closed", "Accepted connections that are closed."),
  CONNECTIONS_REFUSED(
      "http.server.connections.refused",
      "Connections closed at once because their loop had connections-max."),
  CONNECTIONS_LATE(
      "http.server.connections.late",
      "Connections closed because their next request did not come in time."),
  CONNECTIONS_STUCK(
      "http.server.connections.stuck",
      "Connections cut off because their client took no byte for write-timeout."),
  STREAM_READS_FAILED(
      "http.server.streams.reads.failed",
      "Looks for news of event streams that failed; the next look catches up.");

  private final String title;
  private final String about;

  EdgeMetric(String title, String about) {
    this.title = title;
    this.about = about;
  }

  String title() {
    return title;
  }

  String about() {
    return about;
  }
}
