package io.pigpig.edge.wiring;

import io.pigpig.edge.http.Edge;
import io.pigpig.order.PeerHint.Peer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The sandbox peers of a stack, and where they send their callbacks. Blocking: for start-up. */
final class Sandboxes {

  private Sandboxes() {}

  /** The peers that nobody has named a URL of, each with its flags. */
  static Map<String, List<String>> flags(EdgeSettings settings) {
    Map<String, List<String>> flags = new HashMap<>();
    for (Peer peer : Peer.values()) {
      if (settings.of(peer).url().isEmpty()) {
        flags.put(peer.text(), callbacks(settings, peer));
      }
    }
    return flags;
  }

  /** A port that is not known before it is open cannot be told to a peer that is started first. */
  private static List<String> callbacks(EdgeSettings settings, Peer peer) {
    Path secret = SecurityFiles.callbackSecret(settings, peer);
    if (secret == null || settings.server().port() == 0) {
      return List.of();
    }
    return List.of(
        "--callback.url",
        ownUrl(settings) + Edge.CALLBACKS + peer.text(),
        "--callback.secret-file",
        secret.toString());
  }

  /** The edge as a process of this machine reaches it. */
  private static String ownUrl(EdgeSettings settings) {
    String host = settings.server().host();
    boolean any = host.equals("0.0.0.0") || host.equals("::");
    String reached = any ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    return "http://" + reached + ":" + settings.server().port();
  }
}
