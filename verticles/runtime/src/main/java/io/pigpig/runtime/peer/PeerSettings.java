package io.pigpig.runtime.peer;

import io.pigpig.runtime.settings.Setting;
import java.time.Duration;

/** Knobs of the client of one HTTP peer. */
public record PeerSettings(
    @Setting(about = "http://host:port of the peer; empty starts the sandbox.", byDefault = "")
        String url,
    @Setting(
            about = "Connections to the peer that one event loop keeps.",
            byDefault = "16",
            min = 1,
            max = 10_000)
        int connections,
    @Setting(
            about = "The most requests that wait for a connection.",
            byDefault = "1024",
            min = 1,
            max = 100_000)
        int waitingMax,
    @Setting(
            about = "Longest wait for a connection to the peer.",
            byDefault = "1s",
            min = 10,
            max = 60_000)
        Duration connectTimeout,
    @Setting(
            about = "Longest wait for the peer's answer.",
            byDefault = "4s",
            min = 10,
            max = 60_000)
        Duration answerTimeout,
    @Setting(
            about =
                "File of the secret that the peer signs its callbacks with; empty: that of the"
                    + " sandbox, and no callback is believed of a peer with a URL.",
            byDefault = "")
        String callbackSecretFile,
    @Setting(
            about = "How far the moment that a callback was signed at may be from ours.",
            byDefault = "5m",
            min = 1_000,
            max = 3_600_000)
        Duration callbackTolerance) {

  public PeerSettings {
    if (!url.isEmpty()) {
      PeerClient.place(url);
    }
  }
}
