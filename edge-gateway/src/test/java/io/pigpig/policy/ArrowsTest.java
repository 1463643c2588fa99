package io.pigpig.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The code keeps the arrows, and every arrow is broken by the class planted to break it. */
class ArrowsTest {

  private static final String PLANTED = "io.pigpig.policy.planted";

  private final JavaClasses ours =
      new ClassFileImporter()
          .withImportOption(
              place ->
                  !place.contains("/test-classes/")
                      && !place.contains("-tests.jar")
                      // Generated.
                      && !place.contains("io/pigpig/proto/"))
          .importPackages("io.pigpig");

  @TestFactory
  Stream<DynamicTest> theCodeKeeps() {
    return Arrows.under("io.pigpig").entrySet().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(ours)));
  }

  @TestFactory
  Stream<DynamicTest> aPlantedClassBreaks() {
    JavaClasses planted = new ClassFileImporter().importPackages(PLANTED);
    Map<String, ArchRule> rules = Arrows.under(PLANTED);
    // One of the seven technologies speaks for all: they are one rule in a loop.
    return rules.entrySet().stream()
        .filter(
            rule ->
                !rule.getKey().matches("(http|grpc|bus|postgres|etcd|hazelcast) sees no other.*"))
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.getKey(),
                    () ->
                        assertThat(rule.getValue().evaluate(planted).hasViolation())
                            .as("the rule catches what is planted")
                            .isTrue()));
  }

  @Test
  void everyContextIsJudged() {
    for (String context : Arrows.CONTEXTS) {
      assertThat(ours.stream().map(it -> it.getPackageName()))
          .as("classes of " + context)
          .contains("io.pigpig." + context);
    }
  }

  @Test
  void perfSeesNothingOfOursButTheContracts() throws IOException {
    String pom =
        Files.readString(Path.of(System.getProperty("pigpig.root", "..")).resolve("perf/pom.xml"));
    String dependencies = pom.substring(pom.indexOf("</parent>"));
    assertThat(dependencies.replace("<artifactId>proto</artifactId>", ""))
        .doesNotContainPattern("<groupId>io\\.pigpig</groupId>\\s*<artifactId>");
  }
}
