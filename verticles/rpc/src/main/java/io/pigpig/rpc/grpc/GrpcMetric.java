package io.pigpig.rpc.grpc;

/** Every metric of a gRPC server and what it tells an operator. */
enum GrpcMetric {
  CALLS_BEGUN(
      "grpc.server.calls.begun",
      "gRPC calls that came, by rpc; less the ended ones, those under way."),
  CALLS("grpc.server.calls", "gRPC calls by rpc and status, from the head to the end."),
  CONNECTIONS_REFUSED(
      "grpc.server.connections.refused",
      "Connections closed at once because their loop had connections-max."),
  CONNECTIONS_SILENT(
      "grpc.server.connections.silent",
      "Connections closed because their client gave no sign of life.");

  private final String title;
  private final String about;

  GrpcMetric(String title, String about) {
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
