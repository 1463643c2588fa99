package io.pigpig.stock.redis;

import io.pigpig.runtime.CrashPoint;
import io.pigpig.runtime.redis.RedisCommands;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A Lua script of this package, called by its digest and sent whole only when Redis lacks it. */
final class Script {

  private final String resource;
  private final String source;
  private final String digest;

  private Script(String resource, String source) {
    this.resource = resource;
    this.source = source;
    this.digest = sha1(source);
  }

  /** The script in {@code resource} of this package. */
  static Script load(String resource) {
    try (InputStream in = Script.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      return new Script(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls the script; {@code arguments} adds the keys, after their count, and the values. */
  Future<@Nullable Response> call(RedisCommands link, Arguments arguments) {
    CrashPoint.before(resource);
    Request byDigest = arguments.appendTo(Request.cmd(Command.EVALSHA).arg(digest));
    return link.send(byDigest)
        .recover(e -> isMissing(e) ? send(link, arguments) : failed(e))
        .onComplete(answered -> CrashPoint.after(resource));
  }

  private Future<@Nullable Response> send(RedisCommands link, Arguments arguments) {
    return link.send(arguments.appendTo(Request.cmd(Command.EVAL).arg(source)));
  }

  private static Future<@Nullable Response> failed(Throwable e) {
    return Future.failedFuture(e);
  }

  private static boolean isMissing(Throwable e) {
    return e instanceof ErrorType && String.valueOf(e.getMessage()).startsWith("NOSCRIPT");
  }

  private static String sha1(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Appends the number of keys, the keys and the values to a request. */
  @FunctionalInterface
  interface Arguments {
    Request appendTo(Request request);
  }
}
