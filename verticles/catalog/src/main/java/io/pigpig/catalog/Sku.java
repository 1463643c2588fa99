package io.pigpig.catalog;

/**
 * The id of a variant: model, colour and size, such as {@code TEE-CLASSIC-WHITE-M}.
 *
 * @param value 3 to 48 characters of {@code [A-Z0-9-]}
 */
public record Sku(String value) implements Comparable<Sku> {

  public static final int LENGTH_MIN = 3;
  public static final int LENGTH_MAX = 48;

  public Sku {
    if (!isValid(value)) {
      throw new IllegalArgumentException("sku must be 3 to 48 characters of [A-Z0-9-]: " + value);
    }
  }

  /** Whether {@code text} has the form of a SKU; says nothing about the catalog. */
  public static boolean isValid(String text) {
    int length = text.length();
    if (length < LENGTH_MIN || length > LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if ((c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-') {
        return false;
      }
    }
    return true;
  }

  @Override
  public int compareTo(Sku other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
