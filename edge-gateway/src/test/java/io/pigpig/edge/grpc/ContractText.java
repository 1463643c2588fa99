package io.pigpig.edge.grpc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the comments of the contracts promise of each rpc: the refusals that they name. */
final class ContractText {

  private static final Pattern CODE = Pattern.compile("\\b[A-Z]+(?:_[A-Z]+)+\\b|\\b[A-Z]{5,}\\b");
  private static final Pattern PACKAGE = Pattern.compile("package ([a-z0-9.]+);");
  private static final Pattern SERVICE = Pattern.compile("service (\\w+) \\{");
  private static final Pattern RPC = Pattern.compile(" *rpc (\\w+)\\(.*");

  private final Map<String, Set<String>> named = new HashMap<>();

  private ContractText() {}

  /** Reads the contracts of this repository. */
  static ContractText read() throws IOException {
    ContractText text = new ContractText();
    Path contracts = Path.of(System.getProperty("pigpig.root", ".."), "proto", "pigpig");
    try (Stream<Path> files = Files.walk(contracts)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".proto")).toList()) {
        text.read(Files.readAllLines(file));
      }
    }
    return text;
  }

  private void read(List<String> lines) {
    String prefix = "";
    String service = "";
    Set<String> ofService = Set.of();
    StringBuilder comment = new StringBuilder();
    for (String line : lines) {
      Matcher packaged = PACKAGE.matcher(line);
      Matcher serving = SERVICE.matcher(line);
      Matcher rpc = RPC.matcher(line);
      if (line.strip().startsWith("//")) {
        comment.append(line).append('\n');
        continue;
      }
      if (packaged.matches()) {
        prefix = packaged.group(1);
      } else if (serving.matches()) {
        service = prefix + "." + serving.group(1);
        ofService = codes(comment);
      } else if (rpc.matches()) {
        Set<String> all = new HashSet<>(ofService);
        all.addAll(codes(comment));
        named.put(service + "/" + rpc.group(1), Set.copyOf(all));
      }
      comment.setLength(0);
    }
  }

  private static Set<String> codes(CharSequence comment) {
    Set<String> codes = new HashSet<>();
    Matcher code = CODE.matcher(comment);
    while (code.find()) {
      codes.add(code.group());
    }
    return codes;
  }

  /**
   * The codes that may refuse an rpc, by its own comment and that of its service.
   *
   * @param rpc such as {@code pigpig.stock.v1.StockService/SetStock}
   */
  Set<String> refusalsOf(String rpc) {
    Set<String> codes = named.get(rpc);
    if (codes == null) {
      throw new AssertionError("the contracts have no " + rpc + ", but " + named.keySet());
    }
    return codes;
  }
}
