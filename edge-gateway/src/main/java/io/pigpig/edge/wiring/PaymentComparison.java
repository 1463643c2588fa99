package io.pigpig.edge.wiring;

import io.pigpig.order.PaymentReconciler;
import io.pigpig.order.http.HttpPayments;
import io.pigpig.order.postgres.PostgresPaymentStatement;
import io.pigpig.runtime.peer.PeerClient;
import io.pigpig.runtime.postgres.PgLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * The comparison of payments with their provider, made where orders are kept: no other role knows
 * the provider. Owned by the keeper's loop.
 */
record PaymentComparison(PeerClient provider, PaymentReconciler reconciler) {

  /**
   * @param postgres of the keeper, which opens and closes it
   */
  static PaymentComparison of(Vertx vertx, Shared shared, PgLink postgres) {
    PeerClient provider =
        new PeerClient(vertx, shared.urls().payment(), shared.settings().payment());
    HttpPayments payments = new HttpPayments(provider);
    PaymentReconciler reconciler =
        new PaymentReconciler(
            new PaymentReconciler.Parts(payments, payments, new PostgresPaymentStatement(postgres)),
            shared.ticker());
    KeeperMetric.register(shared.registry(), reconciler);
    return new PaymentComparison(provider, reconciler);
  }

  Future<Void> close() {
    return provider.close();
  }
}
