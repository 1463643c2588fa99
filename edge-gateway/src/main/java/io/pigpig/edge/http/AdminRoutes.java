package io.pigpig.edge.http;

import io.pigpig.order.Audit;
import io.pigpig.order.SagaAction;
import io.pigpig.order.SagaConsole;
import io.pigpig.order.SagaView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators ask. One event loop's. */
final class AdminRoutes {

  private static final int PAGE_DEFAULT = 20;

  private final Audit audit;
  private final SagaConsole sagas;

  AdminRoutes(EdgeServices services) {
    this.audit = services.audit();
    this.sagas = services.sagas();
  }

  List<Route> routes() {
    String saga = "/api/v1/admin/sagas/{id}";
    return List.of(
        Route.get("/api/v1/admin/audit", Access.OPERATOR, this::audit),
        Route.get("/api/v1/admin/sagas", Access.OPERATOR, this::list),
        Route.get(saga, Access.OPERATOR, this::show),
        Route.postBare(saga + "/retry", Access.OPERATOR, this::retry),
        Route.postBare(saga + "/cancel", Access.OPERATOR, this::cancel));
  }

  private void audit(Call call) {
    call.when(audit.run(), checks -> answer(call, checks));
  }

  private static void answer(Call call, List<Audit.Check> checks) {
    boolean ok = checks.stream().allMatch(check -> check.violations() == 0);
    JsonWriter out = new JsonWriter(512).object().field("ok", ok).name("checks").array();
    for (Audit.Check check : checks) {
      out.object().field("name", check.name());
      out.field("violations", check.violations());
      if (check.note() != null) {
        out.field("note", check.note());
      }
      out.endObject();
    }
    call.json(200, out.endArray().endObject().toBuffer());
  }

  private void list(Call call) {
    int limit = call.queryNumber("limit", 1, SagaConsole.LIMIT_MAX, PAGE_DEFAULT);
    call.when(
        sagas.list(state(call), limit, call.cursor()),
        found -> {
          JsonWriter out = new JsonWriter(512).object().name("sagas").array();
          found.forEach(saga -> write(out, saga));
          out.endArray();
          if (found.size() == limit) {
            out.field("nextCursor", found.getLast().orderId().toString());
          }
          call.json(200, out.endObject().toBuffer());
        });
  }

  private static SagaView.@Nullable State state(Call call) {
    String text = call.query("state");
    if (text == null) {
      return null;
    }
    for (SagaView.State state : SagaView.State.values()) {
      if (state.name().equals(text)) {
        return state;
      }
    }
    throw JsonReader.invalid("state must be one of " + List.of(SagaView.State.values()));
  }

  private void show(Call call) {
    call.when(
        sagas.show(call.orderId()),
        history -> {
          JsonWriter out = new JsonWriter(512);
          fields(out.object(), history.saga()).name("actions").array();
          history.actions().forEach(action -> write(out, action));
          call.json(200, out.endArray().endObject().toBuffer());
        });
  }

  private static void write(JsonWriter out, SagaAction action) {
    SagaAction.Place after = action.after();
    out.object()
        .field("at", text(action.at()))
        .field("actor", action.actor())
        .field("action", action.action())
        .field("orderStatusBefore", action.before().orderStatus().name())
        .field("stepBefore", action.before().step().name())
        .field("outcome", action.outcome())
        .field("orderStatusAfter", after == null ? null : after.orderStatus().name())
        .field("stepAfter", after == null ? null : after.step().name())
        .endObject();
  }

  private void retry(Call call) {
    call.when(sagas.retry(call.orderId(), call.principal().customer()), saga -> answer(call, saga));
  }

  private void cancel(Call call) {
    call.when(
        sagas.cancel(call.orderId(), call.principal().customer()), saga -> answer(call, saga));
  }

  private static void answer(Call call, SagaView saga) {
    JsonWriter out = new JsonWriter(512);
    write(out, saga);
    call.json(200, out.toBuffer());
  }

  private static void write(JsonWriter out, SagaView saga) {
    fields(out.object(), saga).endObject();
  }

  private static JsonWriter fields(JsonWriter out, SagaView saga) {
    return out.field("orderId", saga.orderId().toString())
        .field("orderStatus", saga.orderStatus().name())
        .field("step", saga.step().name())
        .field("state", saga.state().name())
        .field("attempts", saga.attempts())
        .field("owner", saga.owner())
        .field("leaseUntil", text(saga.leaseUntil()))
        .field("dueAt", text(saga.dueAt()))
        .field("waybill", saga.waybill())
        .field("error", saga.error())
        .field("begunAt", text(saga.begunAt()))
        .field("changedAt", text(saga.changedAt()));
  }

  private static @Nullable String text(@Nullable Instant at) {
    return at == null ? null : at.toString();
  }
}
