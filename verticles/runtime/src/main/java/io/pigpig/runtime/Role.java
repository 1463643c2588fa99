package io.pigpig.runtime;

/** What a caller may be. */
public enum Role {
  CUSTOMER,
  OPERATOR
}
