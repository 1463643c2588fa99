package io.pigpig.discovery.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.MessageOrBuilder;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The six calls to etcd that discovery needs, each with a deadline, the wait for a connection
 * included. A call that fails moves on to the next address, for the calls after it; one that is not
 * answered in time also ends the connection it went by, with whatever else is under way on it. One
 * connection an address. Owned by one event loop.
 */
final class EtcdLink {

  private static final String PACKAGE = "etcdserverpb";

  private static final ServiceMethod<RangeResponse, RangeRequest> RANGE =
      method("KV", "Range", RangeResponse.getDefaultInstance());
  private static final ServiceMethod<PutResponse, PutRequest> PUT =
      method("KV", "Put", PutResponse.getDefaultInstance());
  private static final ServiceMethod<LeaseGrantResponse, LeaseGrantRequest> GRANT =
      method("Lease", "LeaseGrant", LeaseGrantResponse.getDefaultInstance());
  private static final ServiceMethod<LeaseRevokeResponse, LeaseRevokeRequest> REVOKE =
      method("Lease", "LeaseRevoke", LeaseRevokeResponse.getDefaultInstance());
  private static final ServiceMethod<LeaseKeepAliveResponse, LeaseKeepAliveRequest> KEEP_ALIVE =
      method("Lease", "LeaseKeepAlive", LeaseKeepAliveResponse.getDefaultInstance());
  private static final ServiceMethod<WatchResponse, WatchRequest> WATCH =
      method("Watch", "Watch", WatchResponse.getDefaultInstance());

  private static <Q extends MessageLite, A extends MessageLite> ServiceMethod<A, Q> method(
      String service, String name, MessageOrBuilder answers) {
    return ServiceMethod.client(
        ServiceName.create(PACKAGE, service),
        name,
        GrpcMessageEncoder.encoder(),
        GrpcMessageDecoder.decoder(answers));
  }

  /** One of etcd's members, and the client that asks it. */
  private record Way(SocketAddress address, GrpcClient client) {}

  private final Vertx vertx;
  private final EtcdSettings settings;
  private final long timeoutMillis;
  private final List<Way> ways = new ArrayList<>();
  private int turn;
  private boolean closed;

  EtcdLink(Vertx vertx, EtcdSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
    this.timeoutMillis = settings.callTimeout().toMillis();
    settings.addressList().forEach(address -> ways.add(new Way(address, client())));
  }

  private GrpcClient client() {
    return GrpcClient.builder(vertx)
        .with(new GrpcClientOptions().setMaxMessageSize(settings.answerMax()))
        .with(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setConnectTimeout((int) settings.connectTimeout().toMillis()))
        .build();
  }

  /** Everything whose key begins with {@code prefix}. */
  Future<RangeResponse> range(String prefix) {
    return call(
        RANGE, RangeRequest.newBuilder().setKey(bytes(prefix)).setRangeEnd(after(prefix)).build());
  }

  /** A lease's id. */
  Future<Long> grant(Duration ttl) {
    return call(GRANT, LeaseGrantRequest.newBuilder().setTTL(ttl.toSeconds()).build())
        .map(LeaseGrantResponse::getID);
  }

  /** Whether the lease still was there to be kept. */
  Future<Boolean> keepAlive(long lease) {
    return call(KEEP_ALIVE, LeaseKeepAliveRequest.newBuilder().setID(lease).build())
        .map(answer -> answer.getTTL() > 0);
  }

  Future<?> revoke(long lease) {
    return call(REVOKE, LeaseRevokeRequest.newBuilder().setID(lease).build());
  }

  Future<?> put(String key, String value, long lease) {
    return call(
        PUT,
        PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).setLease(lease).build());
  }

  /** Changes of keys that begin with {@code prefix}, from a revision on, until it is cancelled. */
  Future<GrpcClientRequest<WatchRequest, WatchResponse>> watch(String prefix, long revision) {
    WatchRequest create =
        WatchRequest.newBuilder()
            .setCreateRequest(
                WatchCreateRequest.newBuilder()
                    .setKey(bytes(prefix))
                    .setRangeEnd(after(prefix))
                    .setStartRevision(revision))
            .build();
    Way way = ways.get(turn);
    return way.client()
        .request(way.address(), WATCH)
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .compose(request -> request.write(create).map(request))
        .onFailure(e -> failed(way, e));
  }

  private <Q, A> Future<A> call(ServiceMethod<A, Q> method, Q question) {
    Way way = ways.get(turn);
    return way.client()
        .request(way.address(), method)
        .compose(
            request -> {
              request.timeout(timeoutMillis, TimeUnit.MILLISECONDS);
              return request.send(question).compose(answer -> answer.last());
            })
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onFailure(e -> failed(way, e));
  }

  /**
   * A connection that does not answer may have died without a word, and TCP would go on trying for
   * a quarter of an hour: the next call gets another.
   */
  private void failed(Way way, Throwable cause) {
    int place = ways.indexOf(way);
    if (closed || place < 0) {
      return;
    }
    if (place == turn) {
      turn = (turn + 1) % ways.size();
    }
    if (cause instanceof TimeoutException) {
      ways.set(place, new Way(way.address(), client()));
      way.client().close();
    }
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  /** The least key that does not begin with {@code prefix}, which ends in a plain character. */
  private static ByteString after(String prefix) {
    int last = prefix.length() - 1;
    return bytes(prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
  }

  Future<Void> close() {
    closed = true;
    return Future.join(ways.stream().map(way -> way.client().close()).toList()).mapEmpty();
  }
}
