package io.pigpig.edge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.redis.RedisClusterUrl;
import io.pigpig.runtime.settings.Setting;
import io.pigpig.runtime.stores.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flags, environment and files become settings, or one line that names what is wrong. */
class CommandLineTest {

  record Server(
      @Setting(about = "HTTP port.", byDefault = "8080") int port,
      @Setting(about = "Which part.", byDefault = "all") String role) {}

  record All(Server server, StoreSettings stores) {}

  @TempDir private Path temp;

  @Test
  void shortAndFullFlagsNameTheSameSetting() {
    assertThat(parse("--port", "1")).containsEntry("server.port", "1");
    assertThat(parse("--server.port=2")).containsEntry("server.port", "2");
    assertThat(parse("--pg", "postgresql://h/d?a=b"))
        .containsEntry("stores.postgres-url", "postgresql://h/d?a=b");
    assertThat(parse("--role", "gateway")).containsEntry("server.role", "gateway");
  }

  @Test
  void flagWinsOverEnvironmentOverLaterFileOverEarlierFile() throws IOException {
    String first = file("first.yaml", "server:\n  port: 1\n  role: one\nstores:\n  data: one\n");
    String second = file("second.yaml", "server:\n  port: 2\n  role: on\n");
    String[] arguments = {"--port", "4", "--conf", first, "--conf=" + second};
    var values =
        CommandLine.parse(arguments, Map.of("PIGPIG_STORES_DATA", "three"), All.class).values();
    assertThat(values)
        .containsOnly(
            Map.entry("server.port", "4"),
            Map.entry("server.role", "on"),
            Map.entry("stores.data", "three"));
  }

  @Test
  void theExampleForARedisClusterNamesOne() {
    Path example = Path.of(System.getProperty("pigpig.root"), "conf", "cluster", "redis.yaml");
    String url = parse("--conf", example.toString()).get("stores.redis-url");
    assertThat(RedisClusterUrl.parse(String.valueOf(url)).seeds()).hasSize(3);
  }

  @Test
  void unknownNamesAreRefusedWithWhatTheyMayHaveMeant() throws IOException {
    assertThatThrownBy(() -> parse("--prot", "1"))
        .isInstanceOf(UsageException.class)
        .hasMessage("unknown flag --prot (did you mean port?)");
    assertThatThrownBy(() -> fromEnvironment("PIGPIG_SERVER_PROT"))
        .hasMessage(
            "unknown environment variable PIGPIG_SERVER_PROT (did you mean PIGPIG_SERVER_PORT?)");
    String file = file("bad.yaml", "server:\n  prt: 1\n");
    assertThatThrownBy(() -> parse("--conf", file))
        .hasMessage(
            "settings file " + file + ": unknown setting server.prt (did you mean server.port?)");
  }

  @Test
  void javaOptionsAndForeignVariablesAreNotSettings() {
    assertThat(fromEnvironment("PIGPIG_JAVA_OPTS").values()).isEmpty();
    assertThat(fromEnvironment("HOME").values()).isEmpty();
  }

  @Test
  void missingValueAndStrayWordAreNamed() {
    assertThatThrownBy(() -> parse("--port")).hasMessage("flag --port has no value");
    assertThatThrownBy(() -> parse("--port", "--data", "d")).hasMessage("flag --port has no value");
    assertThatThrownBy(() -> parse("8080")).hasMessageContaining("\"8080\" is no flag");
  }

  @Test
  void aSettingThatIsSaidTwiceIsRefused() {
    assertThatThrownBy(() -> parse("--role", "order", "--role", "stock"))
        .isInstanceOf(UsageException.class)
        .hasMessage("flag --role says server.role a second time");
    assertThatThrownBy(() -> parse("--port", "1", "--server.port", "2"))
        .hasMessage("flag --server.port says server.port a second time");
    assertThatThrownBy(() -> Arguments.split("--data", "a", "--data", "b").only(List.of("data")))
        .isInstanceOf(UsageException.class)
        .hasMessage("flag --data is given twice");
  }

  @Test
  void unreadableFilesAreNamed() throws IOException {
    String missing = temp.resolve("none.yaml").toString();
    assertThatThrownBy(() -> parse("--conf", missing))
        .hasMessage("there is no settings file " + missing);
    String broken = file("broken.yaml", "server:\n  port: [1\n");
    assertThatThrownBy(() -> parse("--conf", broken))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(broken);
    String list = file("list.yaml", "server:\n  port: [1, 2]\n");
    assertThatThrownBy(() -> parse("--conf", list))
        .hasMessage("settings file " + list + ": server.port must be one value");
  }

  @Test
  void helpListsEverySetting() {
    assertThat(CommandLine.parse(new String[] {"--help"}, Map.of(), All.class).help()).isTrue();
    assertThat(CommandLine.help(All.class))
        .contains("--server.port, --port  (8080)")
        .contains("--stores.redis-url, --redis")
        .contains("--server.role, --role  (all)");
  }

  private static Map<String, String> parse(String... arguments) {
    return CommandLine.parse(arguments, Map.of(), All.class).values();
  }

  private static CommandLine fromEnvironment(String variable) {
    return CommandLine.parse(new String[0], Map.of(variable, "1"), All.class);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name), text).toString();
  }
}
