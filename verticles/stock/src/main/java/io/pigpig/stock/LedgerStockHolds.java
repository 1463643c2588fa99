package io.pigpig.stock;

import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Holds in the ledger, with the gate and the sold-out boards told of every unit that moves. */
public record LedgerStockHolds(HoldLedger ledger, UnitsBack unitsBack, StockSettings settings)
    implements StockHolds {

  @Override
  public Future<Code> hold(UUID orderId, List<Take> lines, Duration time) {
    if (lines.isEmpty() || lines.size() > LINES_MAX) {
      throw new IllegalArgumentException("a hold has 1 to " + LINES_MAX + " lines");
    }
    if (time.toMillis() < 1) {
      throw new IllegalArgumentException("a hold lasts at least 1 ms, not " + time);
    }
    if (time.compareTo(settings.holdMax()) > 0) {
      // Only this process knows its setting, so no caller can be blamed for a defect.
      return Refused.with(
          new Refusal.InvalidRequest(
              "a hold lasts at most "
                  + settings.holdMax().toMillis()
                  + " ms, not "
                  + time.toMillis()));
    }
    return told(ledger.hold(orderId, lines, time));
  }

  @Override
  public Future<Code> confirm(UUID orderId) {
    return told(ledger.confirm(orderId));
  }

  @Override
  public Future<Code> cancel(UUID orderId) {
    return told(ledger.cancel(orderId));
  }

  private Future<Code> told(Future<HoldLedger.Answer> answer) {
    return answer
        .recover(Refused::byStore)
        .compose(decided -> unitsBack.giveBack(decided.freed()).map(decided.code()));
  }
}
