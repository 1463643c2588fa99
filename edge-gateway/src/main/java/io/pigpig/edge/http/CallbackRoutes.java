package io.pigpig.edge.http;

import io.pigpig.edge.http.Edge.Believed;
import io.pigpig.order.PeerHint;
import io.pigpig.order.PeerHint.Peer;
import io.pigpig.order.PeerHints;
import io.pigpig.runtime.UuidText;
import io.pigpig.runtime.peer.CallbackSignature;
import io.pigpig.runtime.refusal.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What payment provider and carrier tell on their own. A callback that is signed right is taken as
 * a hint, whatever it says and whichever order it names: the answer says nothing about orders, and
 * what has become of one is asked of the peer. One event loop's.
 */
final class CallbackRoutes {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** What of a callback is used. */
  private record Told(String orderId, long sequence) {}

  private final PeerHints hints;
  private final Map<Peer, Believed> peers;
  private final InstantSource clock;

  /**
   * @param peers those that have a secret; no others are believed
   */
  CallbackRoutes(PeerHints hints, Map<Peer, Believed> peers, InstantSource clock) {
    this.hints = hints;
    this.peers = peers;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.post(
            Edge.CALLBACKS + "{peer}", Access.PUBLIC, Limits.SMALL_BODY_BYTES, this::receive));
  }

  private void receive(Call call) {
    Peer peer = peer(call.parameter(0));
    if (peer == null) {
      call.refuse(new Refusal.NotFound("there is nothing at this path"));
      return;
    }
    String fault = fault(call, peers.get(peer));
    if (fault != null) {
      call.refuse(new Refusal.Unauthenticated(fault));
      return;
    }
    Told told = JsonReader.read(call.body(), in -> read(in, peer));
    // What names no order is told of a key that was taken back before it was used.
    UUID orderId = UuidText.parse(told.orderId());
    if (orderId == null || hints.offer(new PeerHint(peer, orderId, told.sequence()))) {
      call.accepted();
    } else {
      call.refuse(new Refusal.Overloaded("the list of callbacks", RETRY_AFTER));
    }
  }

  private static @Nullable Peer peer(String text) {
    for (Peer peer : Peer.values()) {
      if (peer.text().equals(text)) {
        return peer;
      }
    }
    return null;
  }

  private @Nullable String fault(Call call, @Nullable Believed believed) {
    List<String> headers = call.request().headers().getAll(CallbackSignature.HEADER);
    if (headers.size() != 1 || believed == null) {
      return "this needs one header " + CallbackSignature.HEADER + " of a peer that is known";
    }
    return believed
        .signature()
        .fault(headers.getFirst(), call.body(), clock.instant(), believed.tolerance());
  }

  private static Told read(JsonReader in, Peer peer) throws IOException {
    in.beginObject("the body");
    String from = null;
    String orderId = null;
    long sequence = 0;
    for (String field = in.nextField(); field != null; field = in.nextField()) {
      switch (field) {
        case "peer" -> from = in.text("peer");
        case "orderId" -> orderId = in.text("orderId");
        case "sequence" -> sequence = in.number("sequence", 1, Long.MAX_VALUE);
        case "amountCents" -> in.number("amountCents", 0, Long.MAX_VALUE);
        case "key", "status", "waybill" -> in.text(field);
        default -> throw JsonReader.unknownField(field);
      }
    }
    if (!peer.text().equals(from)) {
      throw JsonReader.invalid("peer must be " + peer.text());
    }
    if (sequence == 0 || orderId == null) {
      throw JsonReader.missing(orderId == null ? "orderId" : "sequence");
    }
    return new Told(orderId, sequence);
  }
}
