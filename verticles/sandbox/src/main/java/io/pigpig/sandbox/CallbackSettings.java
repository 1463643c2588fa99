package io.pigpig.sandbox;

import io.pigpig.runtime.settings.Setting;
import java.net.URI;
import java.time.Duration;

/** Whom a peer tells what it has done. */
public record CallbackSettings(
    @Setting(
            about = "http://host:port/path that every entry of the ledger is told; empty: nobody.",
            byDefault = "")
        String url,
    @Setting(about = "File of the secret that callbacks are signed with.", byDefault = "")
        String secretFile,
    @Setting(
            about = "The most entries that are told at a time; the others wait in the ledger.",
            byDefault = "16",
            min = 1,
            max = 1000)
        int inFlightMax,
    @Setting(
            about = "Longest wait for the answer to a callback.",
            byDefault = "2s",
            min = 10,
            max = 60_000)
        Duration timeout,
    @Setting(
            about = "The first pause before a callback is sent again; it doubles.",
            byDefault = "200ms",
            min = 1,
            max = 60_000)
        Duration retryFirst,
    @Setting(
            about = "The longest pause before a callback is sent again.",
            byDefault = "30s",
            min = 1,
            max = 3_600_000)
        Duration retryMax) {

  public CallbackSettings {
    if (!url.isEmpty()) {
      URI uri = URI.create(url);
      if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 0) {
        throw new IllegalArgumentException("callback.url is http://host:port/path, not " + url);
      }
      if (secretFile.isEmpty()) {
        throw new IllegalArgumentException("callback.url goes with callback.secret-file");
      }
    }
    if (retryMax.compareTo(retryFirst) < 0) {
      throw new IllegalArgumentException(
          "callback.retry-max " + retryMax + " is shorter than callback.retry-first " + retryFirst);
    }
  }
}
