package io.pigpig.order;

import java.util.Locale;
import java.util.UUID;

/**
 * What a peer's callback says: something became of an order there. It is never the truth, only a
 * reason to ask the peer now instead of later.
 *
 * @param sequence of the entry in the peer's ledger; an older or equal one is no news
 */
public record PeerHint(Peer peer, UUID orderId, long sequence) {

  /** Who says so. The code is what the ledger's function takes; it never changes. */
  public enum Peer {
    PAYMENT(1),
    CARRIER(2);

    private final int code;

    Peer(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }

    /** As paths, files and callbacks name it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public PeerHint {
    if (sequence < 1) {
      throw new IllegalArgumentException("a ledger counts from 1, not " + sequence);
    }
  }
}
