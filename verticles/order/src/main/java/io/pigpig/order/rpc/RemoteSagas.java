package io.pigpig.order.rpc;

import io.pigpig.order.Audit;
import io.pigpig.order.PeerHint;
import io.pigpig.order.PeerHints;
import io.pigpig.order.RemoteOrderSettings;
import io.pigpig.order.SagaConsole;
import io.pigpig.order.SagaView;
import io.pigpig.proto.order.v1.AuditCheck;
import io.pigpig.proto.order.v1.CancelSagaRequest;
import io.pigpig.proto.order.v1.GetSagaRequest;
import io.pigpig.proto.order.v1.GiveHintRequest;
import io.pigpig.proto.order.v1.ListSagasRequest;
import io.pigpig.proto.order.v1.RetrySagaRequest;
import io.pigpig.proto.order.v1.RunAuditRequest;
import io.pigpig.rpc.RpcCaller;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.Ticker;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sagas of another process's orders. Bound to the event loop of its caller. */
public final class RemoteSagas implements SagaConsole, PeerHints, Audit {

  private static final Logger log = LoggerFactory.getLogger(RemoteSagas.class);

  private final RpcCaller caller;
  private final Reading reading;
  private final RemoteOrderSettings settings;
  private final Ticker ticker;
  private int hinting;

  public RemoteSagas(RpcCaller caller, RemoteOrderSettings settings, Ticker ticker) {
    this.caller = caller;
    this.reading = new Reading(caller);
    this.settings = settings;
    this.ticker = ticker;
  }

  @Override
  public Future<List<SagaView>> list(
      SagaView.@Nullable State state, int limit, @Nullable UUID before) {
    ListSagasRequest.Builder question =
        ListSagasRequest.newBuilder().setState(SagaContract.state(state)).setLimit(limit);
    if (before != null) {
      question.setBeforeOrderId(before.toString());
    }
    return reading
        .ask(SagaContract.LIST, question.build(), null)
        .map(answer -> answer.getSagasList().stream().map(SagaContract::saga).toList());
  }

  @Override
  public Future<History> show(UUID orderId) {
    return reading
        .ask(
            SagaContract.GET,
            GetSagaRequest.newBuilder().setOrderId(orderId.toString()).build(),
            null)
        .map(SagaContract::history);
  }

  @Override
  public Future<SagaView> retry(UUID orderId, String actor) {
    return caller
        .call(
            SagaContract.RETRY,
            RetrySagaRequest.newBuilder().setOrderId(orderId.toString()).build(),
            operator(actor))
        .map(answer -> SagaContract.saga(answer.getSaga()));
  }

  @Override
  public Future<SagaView> cancel(UUID orderId, String actor) {
    return caller
        .call(
            SagaContract.CANCEL,
            CancelSagaRequest.newBuilder().setOrderId(orderId.toString()).build(),
            operator(actor))
        .map(answer -> SagaContract.saga(answer.getSaga()));
  }

  private static Principal operator(String actor) {
    return new Principal(actor, Role.OPERATOR, Membership.NONE);
  }

  @Override
  public boolean offer(PeerHint hint) {
    if (hinting >= settings.hintsMax()) {
      return false;
    }
    hinting++;
    GiveHintRequest question =
        GiveHintRequest.newBuilder()
            .setPeer(SagaContract.peer(hint.peer()))
            .setOrderId(hint.orderId().toString())
            .setSequence(hint.sequence())
            .build();
    caller
        .call(SagaContract.HINT, question, null)
        .onFailure(e -> log.warn("a hint was not passed on: {}", e.getMessage()))
        .onComplete(done -> hinting--);
    return true;
  }

  @Override
  public Future<List<Check>> run() {
    return caller
        .call(
            SagaContract.AUDIT,
            RunAuditRequest.getDefaultInstance(),
            null,
            ticker.nanos() + settings.auditTimeout().toNanos())
        .map(answer -> answer.getChecksList().stream().map(RemoteSagas::check).toList());
  }

  private static Check check(AuditCheck check) {
    return new Check(
        check.getName(), check.getViolations(), check.hasNote() ? check.getNote() : null);
  }
}
