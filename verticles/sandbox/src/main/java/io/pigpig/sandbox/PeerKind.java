package io.pigpig.sandbox;

/** What a peer sells: each makes an effect under a key and can take it back. */
public enum PeerKind {
  PAYMENT("/v1/charges", "charge", "refund", "CHARGED", "DECLINED", "REFUNDED"),
  CARRIER("/v1/waybills", "book", "void", "BOOKED", "REJECTED", "RETURNED");

  /** Nothing was done under the key, and nothing ever will be. */
  static final String VOIDED = "VOIDED";

  final String path;
  final String doing;
  final String undoing;
  final String done;
  final String refused;
  final String undone;

  PeerKind(String path, String doing, String undoing, String done, String refused, String undone) {
    this.path = path;
    this.doing = doing;
    this.undoing = undoing;
    this.done = done;
    this.refused = refused;
    this.undone = undone;
  }

  static PeerKind of(String name) {
    for (PeerKind kind : values()) {
      if (kind.name().equalsIgnoreCase(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("a sandbox is payment or carrier, not " + name);
  }
}
