package io.pigpig.order.sim;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.RequestImpl;
import io.vertx.redis.client.impl.types.BulkType;
import io.vertx.redis.client.impl.types.ErrorType;
import io.vertx.redis.client.impl.types.MultiType;
import io.vertx.redis.client.impl.types.NumberType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model of Redis as far as the gate uses it: GET, HGETALL, and the gate's scripts with what they
 * do written out in Java. {@code SimStoresTest} holds it to the real one. Understands requests as
 * the gate sends them, so that the gate's own classes run on it.
 */
final class ModelRedis {

  private static final String SCRIPTS = "/io/pigpig/stock/redis/";

  /** What one script does with the arguments after its keys. */
  private interface Effect {
    Response run(Keys keys, List<String> arguments);
  }

  private record Keys(String stock, String epoch) {}

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, Map<String, Long>> hashes = new HashMap<>();
  private final Map<String, Effect> effects = new HashMap<>();
  private final Set<String> cached = new HashSet<>();

  ModelRedis() {
    effects.put(digest(source("take.lua")), this::take);
    effects.put(digest(source("gate.lua")), this::gate);
    effects.put(digest(source("rebuild.lua")), this::rebuild);
    effects.put(digest(source("correct.lua")), this::correct);
  }

  private static String source(String script) {
    try (InputStream in = ModelRedis.class.getResourceAsStream(SCRIPTS + script)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + script);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String source) {
    try {
      byte[] sha1 =
          MessageDigest.getInstance("SHA-1").digest(source.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs one command; an {@link ErrorType} is an answer. */
  @Nullable Response run(Request request) {
    RequestImpl command = (RequestImpl) request;
    List<String> arguments = new ArrayList<>();
    command.getArgs().forEach(each -> arguments.add(new String(each, StandardCharsets.UTF_8)));
    if (command.command().equals(Command.GET)) {
      String value = values.get(arguments.getFirst());
      return value == null ? null : bulk(value);
    }
    if (command.command().equals(Command.HGETALL)) {
      return all(hashes.getOrDefault(arguments.getFirst(), Map.of()));
    }
    boolean whole = command.command().equals(Command.EVAL);
    String digest = whole ? digest(arguments.getFirst()) : arguments.getFirst();
    if (whole) {
      cached.add(digest);
    }
    if (!cached.contains(digest)) {
      return ErrorType.create("NOSCRIPT No matching script. Please use EVAL.");
    }
    return effect(digest)
        .run(new Keys(arguments.get(2), arguments.get(3)), arguments.subList(4, arguments.size()));
  }

  private Effect effect(String digest) {
    Effect effect = effects.get(digest);
    if (effect == null) {
      throw new IllegalStateException("no model of the script " + digest);
    }
    return effect;
  }

  private static Response bulk(String text) {
    return BulkType.create(Buffer.buffer(text), false);
  }

  private static Response all(Map<String, Long> hash) {
    MultiType map = MultiType.create(hash.size() * 2L, true);
    new TreeMap<>(hash)
        .forEach(
            (sku, units) -> {
              map.add(bulk(sku));
              map.add(bulk(units.toString()));
            });
    return map;
  }

  private static Response numbers(List<Long> numbers) {
    MultiType list = MultiType.create(numbers.size(), false);
    numbers.forEach(number -> list.add(NumberType.create(number)));
    return list;
  }

  /** {@code take.lua}. */
  private Response take(Keys keys, List<String> arguments) {
    Map<String, Long> hash = hashes.get(keys.stock);
    if (hash == null || !arguments.getFirst().equals(values.get(keys.epoch))) {
      return NumberType.create(-1L);
    }
    Map<String, Long> left = new TreeMap<>();
    for (int at = 1; at < arguments.size(); at += 2) {
      long units = hash.getOrDefault(arguments.get(at), 0L) - Long.parseLong(arguments.get(at + 1));
      if (units < 0) {
        return NumberType.create(1L);
      }
      left.put(arguments.get(at), units);
    }
    hash.putAll(left);
    return NumberType.create(0L);
  }

  /** {@code gate.lua}. */
  private Response gate(Keys keys, List<String> arguments) {
    Map<String, Long> hash = hashes.get(keys.stock);
    if (hash == null || !arguments.getFirst().equals(values.get(keys.epoch))) {
      return numbers(List.of(-1L));
    }
    int adjustments = Integer.parseInt(arguments.get(1));
    int at = 2;
    for (int i = 0; i < adjustments; i++) {
      hash.merge(arguments.get(at), Long.parseLong(arguments.get(at + 1)), Long::sum);
      at += 2;
    }
    List<Long> answer = new ArrayList<>(List.of(0L));
    for (long order = 1; at < arguments.size(); order++) {
      int lines = Integer.parseInt(arguments.get(at));
      decide(hash, order, arguments.subList(at + 1, at + 1 + 2 * lines), answer);
      at += 1 + 2 * lines;
    }
    return numbers(answer);
  }

  private static void decide(
      Map<String, Long> hash, long order, List<String> lines, List<Long> answer) {
    Map<String, Long> left = new TreeMap<>();
    for (int line = 0; line < lines.size(); line += 2) {
      String sku = lines.get(line);
      long quantity = Long.parseLong(lines.get(line + 1));
      long known = left.getOrDefault(sku, hash.getOrDefault(sku, 0L));
      if (known < quantity) {
        answer.addAll(List.of(order, line / 2 + 1L, known));
        return;
      }
      left.put(sku, known - quantity);
    }
    hash.putAll(left);
  }

  /** {@code rebuild.lua}. */
  private Response rebuild(Keys keys, List<String> arguments) {
    String current = values.get(keys.epoch);
    long next = Long.parseLong(arguments.getFirst());
    if (current != null && hashes.containsKey(keys.stock) && Long.parseLong(current) >= next) {
      return NumberType.create(0L);
    }
    hashes.remove(keys.stock);
    for (int at = 1; at < arguments.size(); at += 2) {
      hashes
          .computeIfAbsent(keys.stock, absent -> new HashMap<>())
          .put(arguments.get(at), Long.parseLong(arguments.get(at + 1)));
    }
    values.put(keys.epoch, arguments.getFirst());
    return NumberType.create(1L);
  }

  /** {@code correct.lua}. */
  private Response correct(Keys keys, List<String> arguments) {
    if (!arguments.getFirst().equals(values.get(keys.epoch))) {
      return NumberType.create(0L);
    }
    long corrected = 0;
    for (int at = 1; at < arguments.size(); at += 3) {
      String sku = arguments.get(at);
      Map<String, Long> hash = hashes.computeIfAbsent(keys.stock, absent -> new HashMap<>());
      if (hash.getOrDefault(sku, 0L) == Long.parseLong(arguments.get(at + 1))) {
        hash.put(sku, Long.parseLong(arguments.get(at + 2)));
        corrected++;
      }
    }
    return NumberType.create(corrected);
  }

  void flushAll() {
    values.clear();
    hashes.clear();
  }

  void flushScripts() {
    cached.clear();
  }

  /** What a gate's hash holds, and its epoch as a text; for the checker. */
  Map<String, Long> stock(String key) {
    return new TreeMap<>(hashes.getOrDefault(key, Map.of()));
  }

  @Nullable String value(String key) {
    return values.get(key);
  }
}
