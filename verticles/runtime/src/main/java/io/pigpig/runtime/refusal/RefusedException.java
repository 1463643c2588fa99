package io.pigpig.runtime.refusal;

/** Carries a {@link Refusal} through a failed future. Stackless: a refusal is not a bug. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(refusal.code() + ": " + refusal.detail(), null, false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
