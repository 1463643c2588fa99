package io.pigpig.runtime.stores;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a Postgres database is and who asks, as {@code postgresql://user:password@host:port/db?k=v}
 * with percent-encoding, which libpq and Vert.x read; {@link #jdbcUrl} says the same to JDBC.
 *
 * <p>Six components, since a URL has that many parts.
 */
record PostgresUrl(
    String user,
    String password,
    String host,
    int port,
    String database,
    Map<String, String> parameters) {

  private static final int DEFAULT_PORT = 5432;

  /** Stands until the embedded server has said where it listens. */
  static final PostgresUrl UNKNOWN =
      new PostgresUrl("nobody", "", "localhost", DEFAULT_PORT, "none", Map.of());

  PostgresUrl {
    if (user.isEmpty() || host.isEmpty() || database.isEmpty()) {
      throw new IllegalArgumentException("user, host and database are needed");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port);
    }
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads a URL.
   *
   * @throws StartupFailure that does not repeat the URL, since it may carry a password
   */
  static PostgresUrl parse(String url) {
    try {
      URI uri = new URI(url);
      String scheme = String.valueOf(uri.getScheme());
      if (!scheme.equals("postgresql") && !scheme.equals("postgres")) {
        throw new IllegalArgumentException("it must begin with postgresql://");
      }
      String[] user = orEmpty(uri.getRawUserInfo()).split(":", 2);
      int port = uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
      String path = orEmpty(uri.getRawPath());
      return new PostgresUrl(
          decoded(user[0]),
          user.length < 2 ? "" : decoded(user[1]),
          orEmpty(uri.getHost()),
          port,
          decoded(path.startsWith("/") ? path.substring(1) : path),
          parameters(orEmpty(uri.getRawQuery())));
    } catch (URISyntaxException e) {
      throw unreadable(e.getReason() + " at character " + e.getIndex());
    } catch (IllegalArgumentException e) {
      throw unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static StartupFailure unreadable(String why) {
    return new StartupFailure(
        "The Postgres URL is not postgresql://user:password@host:port/database: " + why + ".");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String[] sides = pair.split("=", 2);
      if (sides.length != 2) {
        throw new IllegalArgumentException("parameter " + pair + " has no value");
      }
      parameters.put(decoded(sides[0]), decoded(sides[1]));
    }
    return parameters;
  }

  PostgresUrl withDatabase(String other) {
    return new PostgresUrl(user, password, host, port, other, parameters);
  }

  /** In the form that {@link #parse} reads. */
  String url() {
    StringBuilder url = new StringBuilder("postgresql://").append(encoded(user));
    if (!password.isEmpty()) {
      url.append(':').append(encoded(password));
    }
    url.append('@').append(address()).append('/').append(encoded(database));
    char separator = '?';
    for (var parameter : parameters.entrySet()) {
      url.append(separator).append(encoded(parameter.getKey()));
      url.append('=').append(encoded(parameter.getValue()));
      separator = '&';
    }
    return url.toString();
  }

  String jdbcUrl() {
    StringBuilder url = new StringBuilder("jdbc:postgresql://").append(address());
    url.append('/').append(encoded(database)).append("?user=").append(encoded(user));
    if (!password.isEmpty()) {
      url.append("&password=").append(encoded(password));
    }
    for (var parameter : parameters.entrySet()) {
      url.append('&').append(encoded(jdbcName(parameter.getKey())));
      url.append('=').append(encoded(parameter.getValue()));
    }
    return url.toString();
  }

  /** The JDBC driver has names of its own for some of libpq's parameters. */
  private static String jdbcName(String libpqName) {
    return switch (libpqName) {
      case "application_name" -> "ApplicationName";
      case "connect_timeout" -> "connectTimeout";
      default -> libpqName;
    };
  }

  /** Host and port, without user and password: for messages. */
  String address() {
    return host + ":" + port;
  }

  private static String decoded(String text) {
    // URLDecoder would read a plus as a space, which it is in forms only.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "postgresql://" + encoded(user) + "@" + address() + "/" + encoded(database);
  }
}
