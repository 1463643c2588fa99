package io.pigpig.perf;

import java.io.IOException;
import java.time.Duration;

/**
 * Places an order and repeats it with the same key while the answer is not final, as the contract
 * asks; at most {@value #ATTEMPTS_MAX} times.
 */
final class PatientCustomer {

  private static final int ATTEMPTS_MAX = 100;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final HttpShop shop;
  private final Wait wait = new Wait(Ticker.system());

  PatientCustomer(HttpShop shop) {
    this.shop = shop;
  }

  /**
   * The final answer, or the last one. Throws IOException when the last attempt had none, or when
   * the thread is interrupted, which ends all patience.
   */
  HttpShop.Answer order(String token, String key, String sku, String design) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        HttpShop.Answer answer = shop.order(token, key, sku, 1, design);
        if (!answer.retryable() || attempt >= ATTEMPTS_MAX) {
          return answer;
        }
      } catch (IOException noAnswer) {
        if (attempt >= ATTEMPTS_MAX || Thread.currentThread().isInterrupted()) {
          throw noAnswer;
        }
      }
      wait.pause(PAUSE);
    }
  }
}
