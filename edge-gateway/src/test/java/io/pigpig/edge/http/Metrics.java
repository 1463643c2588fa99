package io.pigpig.edge.http;

import io.pigpig.edge.TestStack;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads a stack's metrics as an operator would. */
final class Metrics {

  private Metrics() {}

  /** The value of a metric without labels; 0 while it is absent. */
  static double value(TestStack stack, String name) {
    try {
      String request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      return RawSocket.untilClosed(stack.managementPort(), request)
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
