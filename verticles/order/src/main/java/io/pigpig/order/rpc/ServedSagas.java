package io.pigpig.order.rpc;

import io.pigpig.order.Audit;
import io.pigpig.order.PeerHint;
import io.pigpig.order.PeerHints;
import io.pigpig.order.SagaConsole;
import io.pigpig.order.SagaView;
import io.pigpig.proto.order.v1.AuditCheck;
import io.pigpig.proto.order.v1.CancelSagaRequest;
import io.pigpig.proto.order.v1.CancelSagaResponse;
import io.pigpig.proto.order.v1.GetSagaRequest;
import io.pigpig.proto.order.v1.GetSagaResponse;
import io.pigpig.proto.order.v1.GiveHintRequest;
import io.pigpig.proto.order.v1.GiveHintResponse;
import io.pigpig.proto.order.v1.ListSagasRequest;
import io.pigpig.proto.order.v1.ListSagasResponse;
import io.pigpig.proto.order.v1.RetrySagaRequest;
import io.pigpig.proto.order.v1.RetrySagaResponse;
import io.pigpig.proto.order.v1.RunAuditRequest;
import io.pigpig.proto.order.v1.RunAuditResponse;
import io.pigpig.proto.order.v1.SagaServiceOuterClass;
import io.pigpig.rpc.RpcCall;
import io.pigpig.rpc.RpcService;
import io.pigpig.rpc.RpcService.Access;
import io.pigpig.runtime.UuidText;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;

/** The sagas of this process's orders, served to others. Bound to one event loop. */
public final class ServedSagas {

  private final SagaConsole console;
  private final PeerHints hints;
  private final Audit audit;

  private ServedSagas(SagaConsole console, PeerHints hints, Audit audit) {
    this.console = console;
    this.hints = hints;
    this.audit = audit;
  }

  /** The contract as these three serve it. */
  public static RpcService of(SagaConsole console, PeerHints hints, Audit audit) {
    ServedSagas served = new ServedSagas(console, hints, audit);
    return new RpcService(SagaServiceOuterClass.getDescriptor().findServiceByName("SagaService"))
        .unary(SagaContract.LIST, Access.OPERATOR, served::list)
        .unary(SagaContract.GET, Access.OPERATOR, served::get)
        .unary(SagaContract.RETRY, Access.OPERATOR, served::retry)
        .unary(SagaContract.CANCEL, Access.OPERATOR, served::cancel)
        .unary(SagaContract.HINT, Access.OPERATOR, served::hint)
        .unary(SagaContract.AUDIT, Access.OPERATOR, served::audit);
  }

  private Future<ListSagasResponse> list(RpcCall<ListSagasResponse> call, ListSagasRequest asked) {
    if (asked.getLimit() < 1 || asked.getLimit() > SagaConsole.LIMIT_MAX) {
      throw OrderMessages.invalid("limit must be 1 to " + SagaConsole.LIMIT_MAX);
    }
    UUID before = asked.hasBeforeOrderId() ? UuidText.parse(asked.getBeforeOrderId()) : null;
    if (asked.hasBeforeOrderId() && before == null) {
      throw OrderMessages.invalid("before_order_id must be the id of an order");
    }
    return console
        .list(SagaContract.state(asked.getState()), asked.getLimit(), before)
        .map(
            sagas -> {
              ListSagasResponse.Builder answer = ListSagasResponse.newBuilder();
              sagas.forEach(saga -> answer.addSagas(SagaContract.saga(saga)));
              return answer.build();
            });
  }

  private Future<GetSagaResponse> get(RpcCall<GetSagaResponse> call, GetSagaRequest asked) {
    return console.show(OrderMessages.id(asked.getOrderId())).map(SagaContract::history);
  }

  private Future<RetrySagaResponse> retry(RpcCall<RetrySagaResponse> call, RetrySagaRequest asked) {
    Future<SagaView> hurried =
        console.retry(OrderMessages.id(asked.getOrderId()), call.principal().customer());
    return hurried.map(
        saga -> RetrySagaResponse.newBuilder().setSaga(SagaContract.saga(saga)).build());
  }

  private Future<CancelSagaResponse> cancel(
      RpcCall<CancelSagaResponse> call, CancelSagaRequest asked) {
    Future<SagaView> cancelled =
        console.cancel(OrderMessages.id(asked.getOrderId()), call.principal().customer());
    return cancelled.map(
        saga -> CancelSagaResponse.newBuilder().setSaga(SagaContract.saga(saga)).build());
  }

  private Future<GiveHintResponse> hint(RpcCall<GiveHintResponse> call, GiveHintRequest asked) {
    PeerHint.Peer peer = SagaContract.peer(asked.getPeer());
    if (peer == null || asked.getSequence() < 1) {
      throw OrderMessages.invalid("a hint has a peer and a sequence from 1");
    }
    UUID id = OrderMessages.mention(asked.getOrderId());
    return hints.offer(new PeerHint(peer, id, asked.getSequence()))
        ? Future.succeededFuture(GiveHintResponse.getDefaultInstance())
        : Refused.with(new Refusal.Overloaded("the queue of hints", Refused.RETRY_AFTER));
  }

  private Future<RunAuditResponse> audit(RpcCall<RunAuditResponse> call, RunAuditRequest asked) {
    return audit.run().map(ServedSagas::checks);
  }

  private static RunAuditResponse checks(List<Audit.Check> checks) {
    RunAuditResponse.Builder answer = RunAuditResponse.newBuilder();
    for (Audit.Check check : checks) {
      AuditCheck.Builder counted =
          AuditCheck.newBuilder().setName(check.name()).setViolations(check.violations());
      if (check.note() != null) {
        counted.setNote(check.note());
      }
      answer.addChecks(counted);
    }
    return answer.build();
  }
}
