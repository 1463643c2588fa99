package io.pigpig.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The manifests agree with themselves and with the settings' defaults. */
class MeshTest {

  private static final Path ROOT = Path.of(System.getProperty("pigpig.root", ".."));
  private static final Path BASE = ROOT.resolve("mesh/base");
  private static final String TEMPLATE = "spec.template.";
  private static final String CONTAINER = "spec.template.spec.containers.0.";

  @Test
  void everyManifestParsesAndEveryResourceExists() throws IOException {
    List<Path> manifests;
    try (Stream<Path> files = Files.walk(ROOT.resolve("mesh"))) {
      manifests = files.filter(file -> file.toString().endsWith(".yaml")).toList();
    }
    assertThat(manifests).hasSizeGreaterThan(8);
    for (Path manifest : manifests) {
      Object document = load(manifest);
      assertThat(at(document, "apiVersion")).as(manifest.toString()).isNotEqualTo("");
      if (manifest.endsWith("kustomization.yaml")) {
        for (Object resource : (List<?>) at(document, "resources")) {
          assertThat(manifest.resolveSibling(resource.toString())).exists();
        }
      }
    }
  }

  @Test
  void everySelectorMatchesThePods() throws IOException {
    Object labels = at(deployment(), TEMPLATE + "metadata.labels");
    assertThat(labels).isNotEqualTo("");
    assertThat(at(deployment(), "spec.selector.matchLabels")).isEqualTo(labels);
    assertThat(at(load(BASE.resolve("service.yaml")), "spec.selector")).isEqualTo(labels);
    assertThat(at(load(BASE.resolve("disruption-budget.yaml")), "spec.selector.matchLabels"))
        .isEqualTo(labels);
    assertThat(at(load(BASE.resolve("network-policy.yaml")), "spec.podSelector.matchLabels"))
        .isEqualTo(labels);
  }

  @Test
  void portsAndProbesAreThoseOfTheProcess() throws IOException {
    Path file = ROOT.resolve("conf/reference.yaml");
    Object reference = Files.exists(file) ? load(file) : Map.of();
    Object http = orElse(at(reference, "server.port"), 8080);
    Object management = orElse(at(reference, "management.port"), 8081);
    Object conf =
        new Load(LoadSettings.builder().build())
            .loadFromString(
                at(load(BASE.resolve("config.yaml")), "data")
                    .toString()
                    .replaceAll("^.*?=|}$", ""));
    assertThat(at(deployment(), CONTAINER + "ports.0.containerPort")).isEqualTo(http);
    assertThat(at(deployment(), CONTAINER + "ports.1.containerPort")).isEqualTo(management);
    assertThat(at(conf, "server.port")).isEqualTo(http);
    assertThat(at(conf, "management.port")).isEqualTo(management);
    assertThat(at(deployment(), CONTAINER + "livenessProbe.httpGet"))
        .isEqualTo(Map.of("path", "/health/live", "port", "management"));
    assertThat(at(deployment(), CONTAINER + "readinessProbe.httpGet"))
        .isEqualTo(Map.of("path", "/health/ready", "port", "management"));
    assertThat(at(load(BASE.resolve("service.yaml")), "spec.ports.0.targetPort")).isEqualTo("http");
  }

  private static Object deployment() throws IOException {
    return load(BASE.resolve("deployment.yaml"));
  }

  private static Object load(Path file) throws IOException {
    Load load = new Load(LoadSettings.builder().setLabel(file.toString()).build());
    return StreamSupport.stream(load.loadAllFromString(Files.readString(file)).spliterator(), false)
        .findFirst()
        .orElseThrow();
  }

  private static Object orElse(Object value, Object other) {
    return value.equals("") ? other : value;
  }

  /** What stands at a dotted path of maps and list indices, or the empty text. */
  private static Object at(Object node, String path) {
    Object here = node;
    for (String name : path.split("\\.", -1)) {
      Object next = null;
      if (here instanceof Map<?, ?> map) {
        next = map.get(name);
      } else if (here instanceof List<?> list) {
        next = list.get(Integer.parseInt(name));
      }
      if (next == null) {
        return "";
      }
      here = next;
    }
    return here;
  }
}
