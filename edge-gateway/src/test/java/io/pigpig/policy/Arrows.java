package io.pigpig.policy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The arrows and bans of the code under one root package: composition root to adapters to domain to
 * runtime. The root is a parameter so that the same rules judge planted violations.
 */
final class Arrows {

  static final List<String> CONTEXTS =
      List.of("catalog", "pricing", "stock", "order", "render", "shipping");
  static final List<String> TECHNOLOGIES =
      List.of("http", "grpc", "bus", "postgres", "redis", "etcd", "hazelcast");
  private static final Set<String> BLOCKING =
      Set.of(
          "java.util.concurrent.Future.get",
          "java.util.concurrent.CompletableFuture.get",
          "java.util.concurrent.CompletableFuture.join",
          "java.util.concurrent.CountDownLatch.await",
          "io.vertx.core.Future.await");

  private final String root;

  private Arrows(String root) {
    this.root = root;
  }

  /** Every rule by name, for the code under {@code root}. */
  static Map<String, ArchRule> under(String root) {
    Arrows arrows = new Arrows(root);
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    arrows.arrows(rules);
    arrows.bans(rules);
    return rules;
  }

  private void arrows(Map<String, ArchRule> rules) {
    rules.put(
        "domain sees of Vert.x only Future, Promise and Buffer",
        noClasses().that(domain()).should().dependOnClassesThat(vertxButFutures()));
    rules.put(
        "domain sees no adapter",
        noClasses().that(domain()).should().dependOnClassesThat(adapters()));
    rules.put(
        "runtime sees no context and no edge",
        noClasses()
            .that()
            .resideInAPackage(root + ".runtime..")
            .should()
            .dependOnClassesThat(contexts().or(resideInAPackage(root + ".edge.."))));
    rules.put(
        "contexts do not see the edge",
        noClasses().that(contexts()).should().dependOnClassesThat().resideInAPackage(edge()));
    for (String technology : TECHNOLOGIES) {
      // May be empty: not every technology has an adapter at every time.
      rules.put(
          technology + " sees no other technology",
          noClasses()
              .that()
              .resideInAPackage(root + ".." + technology + "..")
              .should()
              .dependOnClassesThat(othersThan(technology))
              .allowEmptyShould(true));
    }
    rules.put(
        "only wiring constructs adapters",
        classes().should(notReach("constructor of an adapter", this::constructsForeignAdapter)));
  }

  private void bans(Map<String, ArchRule> rules) {
    rules.put(
        "nothing sleeps",
        classes().should(notReach("sleep", a -> name(a).equals("java.lang.Thread.sleep"))));
    rules.put(
        "futures are not waited for",
        classes()
            .that(mayNotBlock())
            .should(notReach("blocking wait", a -> BLOCKING.contains(name(a)))));
    rules.put(
        "the monotonic clock is read in Ticker only",
        classes()
            .that()
            .doNotHaveSimpleName("Ticker")
            .should(notReach("clock", a -> name(a).equals("java.lang.System.nanoTime"))));
    rules.put("no static mutable state", fields().that().areStatic().should().beFinal());
    rules.put(
        "names say what a class is",
        noClasses().should().haveNameMatching(".*(Impl|Manager|Utils?|Helper)"));
    rules.put(
        "one way to log",
        noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
    rules.put(
        "only the command line prints",
        classes()
            .that(notCommandLine())
            .should(notReach("standard stream", a -> isStandardStream(name(a)))));
    rules.put(
        "no reflection on JSON",
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml.jackson.databind.."));
    rules.put(
        "blocking JDBC stays with the stores",
        noClasses()
            .that()
            .resideOutsideOfPackage(root + ".runtime.stores..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "org.flywaydb.."));
  }

  private String edge() {
    return root + ".edge..";
  }

  private DescribedPredicate<JavaClass> domain() {
    return resideInAnyPackage(
            CONTEXTS.stream().map(context -> root + "." + context).toArray(String[]::new))
        .and(
            DescribedPredicate.describe(
                "are not the bridge to the render threads", it -> !isRenderBridge(it)));
  }

  /** Half of the render package would have to be public for these two to stand elsewhere. */
  private boolean isRenderBridge(JavaClass it) {
    return it.getName()
        .matches(Pattern.quote(root) + "\\.render\\.(WorkerRenderService|RenderWorkers)(\\$.*)?");
  }

  private DescribedPredicate<JavaClass> contexts() {
    return resideInAnyPackage(
        CONTEXTS.stream().map(context -> root + "." + context + "..").toArray(String[]::new));
  }

  private DescribedPredicate<JavaClass> adapters() {
    return resideInAnyPackage(
        TECHNOLOGIES.stream().map(it -> root + ".." + it + "..").toArray(String[]::new));
  }

  private DescribedPredicate<JavaClass> othersThan(String technology) {
    return resideInAnyPackage(
        TECHNOLOGIES.stream()
            .filter(other -> !other.equals(technology))
            .map(other -> root + ".." + other + "..")
            .toArray(String[]::new));
  }

  private static DescribedPredicate<JavaClass> vertxButFutures() {
    return DescribedPredicate.describe(
        "are Vert.x other than Future, its Promise and Buffer",
        it ->
            it.getPackageName().startsWith("io.vertx")
                && !it.getName().equals("io.vertx.core.Future")
                && !it.getName().equals("io.vertx.core.Promise")
                && !it.getName().equals("io.vertx.core.CompositeFuture")
                && !it.getName().equals("io.vertx.core.AsyncResult")
                && !it.getName().equals("io.vertx.core.buffer.Buffer"));
  }

  private DescribedPredicate<JavaClass> mayNotBlock() {
    return DescribedPredicate.describe(
        "may not block",
        it ->
            !it.getPackageName().startsWith(root + ".runtime.stores")
                && !it.getName().startsWith(root + ".edge.wiring.BreakableStart")
                && !it.getName().startsWith(root + ".edge.wiring.EdgeProcess")
                && !it.getName().startsWith(root + ".edge.wiring.ClusterProcess")
                && notCommandLine().test(it));
  }

  private DescribedPredicate<JavaClass> notCommandLine() {
    return DescribedPredicate.describe(
        "are not the command line",
        it ->
            !it.getPackageName().startsWith(root + ".edge.cli")
                && !it.getName().startsWith(root + ".edge.Main")
                && !it.getName().startsWith(root + ".sandbox.SandboxMain"));
  }

  /** Values (records, enums, exceptions) are no adapters, and a package may build its own. */
  private boolean constructsForeignAdapter(JavaAccess<?> access) {
    JavaClass target = access.getTargetOwner();
    JavaClass from = access.getOriginOwner();
    boolean adapter =
        contexts().and(adapters()).test(target)
            && !target.isRecord()
            && !target.isEnum()
            && !target.isAssignableTo(Throwable.class);
    return adapter
        && access.getName().equals("<init>")
        && !target.getPackageName().equals(from.getPackageName())
        && !from.getPackageName().endsWith(".edge.wiring");
  }

  private static boolean isStandardStream(String name) {
    return name.equals("java.lang.System.out") || name.equals("java.lang.System.err");
  }

  private static String name(JavaAccess<?> access) {
    return access.getTargetOwner().getName() + "." + access.getName();
  }

  /** Unlike ArchUnit's own conditions this one sees method references too. */
  private static ArchCondition<JavaClass> notReach(String what, Predicate<JavaAccess<?>> banned) {
    return new ArchCondition<>("not reach a " + what) {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        item.getAccessesFromSelf().stream()
            .filter(banned)
            .forEach(a -> events.add(SimpleConditionEvent.violated(a, a.getDescription())));
      }
    };
  }
}
