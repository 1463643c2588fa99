package io.pigpig.edge.http;

import io.pigpig.order.Audit;
import java.util.List;

/** What operators ask. One event loop's. */
final class AdminRoutes {

  private final Audit audit;

  AdminRoutes(EdgeServices services) {
    this.audit = services.audit();
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/admin/audit", Access.OPERATOR, this::audit));
  }

  private void audit(Call call) {
    call.when(audit.run(), checks -> answer(call, checks));
  }

  private static void answer(Call call, List<Audit.Check> checks) {
    boolean ok = checks.stream().allMatch(check -> check.violations() == 0);
    JsonWriter out = new JsonWriter(512).object().field("ok", ok).name("checks").array();
    for (Audit.Check check : checks) {
      out.object().field("name", check.name());
      out.field("violations", check.violations()).endObject();
    }
    call.json(200, out.endArray().endObject().toBuffer());
  }
}
