package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Calls as no gRPC library makes them: HTTP/2 requests whose bytes a test chooses. */
final class RawCall {

  private static final long WAIT_SECONDS = 30;

  private final HttpClient client;
  private final int port;

  RawCall(Vertx vertx, int port) {
    this.port = port;
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  /** How a call ended. */
  record End(String status, Map<String, String> headers) {}

  /** A message as gRPC frames it. */
  static Buffer framed(int compressedFlag, byte[] bytes) {
    return Buffer.buffer()
        .appendByte((byte) compressedFlag)
        .appendInt(bytes.length)
        .appendBytes(bytes);
  }

  static Buffer framed(Message message) {
    return framed(0, message.toByteArray());
  }

  /** A request whose head is not sent yet. */
  HttpClientRequest open(String path, Map<String, String> headers) throws Exception {
    HttpClientRequest request =
        client
            .request(
                new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setURI("/" + path))
            .await(WAIT_SECONDS, TimeUnit.SECONDS);
    request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
    headers.forEach(request::putHeader);
    request.setChunked(true);
    return request;
  }

  /** Sends everything and waits for the end. */
  End call(String path, Map<String, String> headers, Buffer body) throws Exception {
    return end(open(path, headers).send(body));
  }

  static End end(Future<HttpClientResponse> answering) throws Exception {
    return answering
        .compose(response -> response.end().map(ended -> end(response)))
        .await(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private static End end(HttpClientResponse response) {
    String status = response.getTrailer("grpc-status");
    return new End(
        String.valueOf(status == null ? response.getHeader("grpc-status") : status),
        Map.of("grpc-accept-encoding", String.valueOf(response.getHeader("grpc-accept-encoding"))));
  }
}
