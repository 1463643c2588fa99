package io.pigpig.order.rpc;

import com.google.protobuf.Message;
import io.pigpig.order.OrderStatus;
import io.pigpig.order.PeerHint;
import io.pigpig.order.SagaAction;
import io.pigpig.order.SagaConsole;
import io.pigpig.order.SagaStep;
import io.pigpig.order.SagaView;
import io.pigpig.proto.order.v1.CancelSagaRequest;
import io.pigpig.proto.order.v1.CancelSagaResponse;
import io.pigpig.proto.order.v1.GetSagaRequest;
import io.pigpig.proto.order.v1.GetSagaResponse;
import io.pigpig.proto.order.v1.GiveHintRequest;
import io.pigpig.proto.order.v1.GiveHintResponse;
import io.pigpig.proto.order.v1.ListSagasRequest;
import io.pigpig.proto.order.v1.ListSagasResponse;
import io.pigpig.proto.order.v1.Peer;
import io.pigpig.proto.order.v1.RetrySagaRequest;
import io.pigpig.proto.order.v1.RetrySagaResponse;
import io.pigpig.proto.order.v1.RunAuditRequest;
import io.pigpig.proto.order.v1.RunAuditResponse;
import io.pigpig.proto.order.v1.Saga;
import io.pigpig.proto.order.v1.SagaPlace;
import io.pigpig.proto.order.v1.SagaState;
import io.pigpig.rpc.RpcMethod;
import io.pigpig.rpc.RpcMethod.Effect;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rpcs of {@code pigpig.order.v1.SagaService}, and its messages as the domain's values. */
final class SagaContract {

  static final RpcMethod<ListSagasRequest, ListSagasResponse> LIST =
      method(
          "ListSagas",
          Effect.READ,
          ListSagasRequest.getDefaultInstance(),
          ListSagasResponse.getDefaultInstance());
  static final RpcMethod<GetSagaRequest, GetSagaResponse> GET =
      method(
          "GetSaga",
          Effect.READ,
          GetSagaRequest.getDefaultInstance(),
          GetSagaResponse.getDefaultInstance());
  static final RpcMethod<RetrySagaRequest, RetrySagaResponse> RETRY =
      method(
          "RetrySaga",
          Effect.WRITE,
          RetrySagaRequest.getDefaultInstance(),
          RetrySagaResponse.getDefaultInstance());
  static final RpcMethod<CancelSagaRequest, CancelSagaResponse> CANCEL =
      method(
          "CancelSaga",
          Effect.WRITE,
          CancelSagaRequest.getDefaultInstance(),
          CancelSagaResponse.getDefaultInstance());
  static final RpcMethod<GiveHintRequest, GiveHintResponse> HINT =
      method(
          "GiveHint",
          Effect.READ,
          GiveHintRequest.getDefaultInstance(),
          GiveHintResponse.getDefaultInstance());
  static final RpcMethod<RunAuditRequest, RunAuditResponse> AUDIT =
      method(
          "RunAudit",
          Effect.READ,
          RunAuditRequest.getDefaultInstance(),
          RunAuditResponse.getDefaultInstance());

  private SagaContract() {}

  private static <Q extends Message, A extends Message> RpcMethod<Q, A> method(
      String name, Effect effect, Q question, A answer) {
    return new RpcMethod<>("pigpig.order.v1.SagaService", name, effect, question, answer);
  }

  static Saga saga(SagaView view) {
    Saga.Builder saga =
        Saga.newBuilder()
            .setOrderId(view.orderId().toString())
            .setOrderStatusValue(view.orderStatus().code())
            .setStepValue(view.step().code())
            .setState(state(view.state()))
            .setAttempts(view.attempts())
            .setOwner(view.owner())
            .setDueAt(OrderMessages.timestamp(view.dueAt()))
            .setBegunAt(OrderMessages.timestamp(view.begunAt()))
            .setChangedAt(OrderMessages.timestamp(view.changedAt()))
            .setEpoch(view.epoch());
    if (view.leaseUntil() != null) {
      saga.setLeaseUntil(OrderMessages.timestamp(view.leaseUntil()));
    }
    if (view.waybill() != null) {
      saga.setWaybill(view.waybill());
    }
    if (view.error() != null) {
      saga.setError(view.error());
    }
    return saga.build();
  }

  static SagaView saga(Saga saga) {
    SagaView.State state = state(saga.getState());
    if (state == null) {
      throw new IllegalStateException("a saga's state that is not known here");
    }
    return new SagaView(
        UUID.fromString(saga.getOrderId()),
        OrderStatus.of(saga.getOrderStatusValue()),
        SagaStep.of(saga.getStepValue()),
        state,
        saga.getAttempts(),
        saga.getOwner(),
        saga.hasLeaseUntil() ? OrderMessages.instant(saga.getLeaseUntil()) : null,
        OrderMessages.instant(saga.getDueAt()),
        saga.hasWaybill() ? saga.getWaybill() : null,
        saga.hasError() ? saga.getError() : null,
        OrderMessages.instant(saga.getBegunAt()),
        OrderMessages.instant(saga.getChangedAt()),
        saga.getEpoch());
  }

  static GetSagaResponse history(SagaConsole.History history) {
    GetSagaResponse.Builder answer = GetSagaResponse.newBuilder().setSaga(saga(history.saga()));
    history.actions().forEach(action -> answer.addActions(action(action)));
    return answer.build();
  }

  static SagaConsole.History history(GetSagaResponse answer) {
    return new SagaConsole.History(
        saga(answer.getSaga()),
        answer.getActionsList().stream().map(SagaContract::action).toList());
  }

  private static io.pigpig.proto.order.v1.SagaAction action(SagaAction action) {
    var message =
        io.pigpig.proto.order.v1.SagaAction.newBuilder()
            .setAt(OrderMessages.timestamp(action.at()))
            .setActor(action.actor())
            .setAction(action.action())
            .setBefore(place(action.before()));
    if (action.outcome() != null) {
      message.setOutcome(action.outcome());
    }
    if (action.after() != null) {
      message.setAfter(place(action.after()));
    }
    return message.build();
  }

  private static SagaAction action(io.pigpig.proto.order.v1.SagaAction message) {
    return new SagaAction(
        OrderMessages.instant(message.getAt()),
        message.getActor(),
        message.getAction(),
        place(message.getBefore()),
        message.hasOutcome() ? message.getOutcome() : null,
        message.hasAfter() ? place(message.getAfter()) : null);
  }

  private static SagaPlace place(SagaAction.Place place) {
    return SagaPlace.newBuilder()
        .setOrderStatusValue(place.orderStatus().code())
        .setStepValue(place.step().code())
        .build();
  }

  private static SagaAction.Place place(SagaPlace place) {
    return new SagaAction.Place(
        OrderStatus.of(place.getOrderStatusValue()), SagaStep.of(place.getStepValue()));
  }

  static SagaState state(SagaView.@Nullable State state) {
    if (state == null) {
      return SagaState.SAGA_STATE_UNSPECIFIED;
    }
    return switch (state) {
      case RUNNING -> SagaState.SAGA_STATE_RUNNING;
      case PARKED -> SagaState.SAGA_STATE_PARKED;
      case ENDED -> SagaState.SAGA_STATE_ENDED;
    };
  }

  static SagaView.@Nullable State state(SagaState state) {
    return switch (state) {
      case SAGA_STATE_RUNNING -> SagaView.State.RUNNING;
      case SAGA_STATE_PARKED -> SagaView.State.PARKED;
      case SAGA_STATE_ENDED -> SagaView.State.ENDED;
      case SAGA_STATE_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }

  static Peer peer(PeerHint.Peer peer) {
    return switch (peer) {
      case PAYMENT -> Peer.PEER_PAYMENT;
      case CARRIER -> Peer.PEER_CARRIER;
    };
  }

  static PeerHint.@Nullable Peer peer(Peer peer) {
    return switch (peer) {
      case PEER_PAYMENT -> PeerHint.Peer.PAYMENT;
      case PEER_CARRIER -> PeerHint.Peer.CARRIER;
      case PEER_UNSPECIFIED, UNRECOGNIZED -> null;
    };
  }
}
