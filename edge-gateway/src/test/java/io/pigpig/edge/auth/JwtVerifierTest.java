package io.pigpig.edge.auth;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pigpig.runtime.Principal;
import io.pigpig.runtime.Principal.Membership;
import io.pigpig.runtime.Role;
import io.pigpig.runtime.refusal.Refusal.Unauthenticated;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtVerifierTest {

  private static final SignatureAlgorithm HS256 = SignatureAlgorithm.HS256;

  private final HandClock clock = new HandClock();
  private final KeyPair rsa = Forge.keys(SignatureAlgorithm.RS256);
  private final KeyPair ec = Forge.keys(SignatureAlgorithm.ES256);
  private Vertx vertx;

  @BeforeAll
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void oneAudienceOfSeveralIsEnough() {
    JsonObject claims = claims().put("aud", list("cowcow", "pigpig"));
    assertThat(verify(Forge.signed(header(), claims)).succeeded()).isTrue();
  }

  @Test
  void customerTokenProvesACustomer() {
    assertThat(verify(Forge.signed(header(), claims())).result())
        .isEqualTo(new Principal("ann", Role.CUSTOMER, Membership.NONE));
  }

  @Test
  void memberAndOperatorAreRead() {
    JsonObject member = claims().put("member", true);
    JsonObject operator = claims().put("role", "operator").put("member", false);
    assertThat(verify(Forge.signed(header(), member)).result().membership())
        .isEqualTo(Membership.MEMBER);
    assertThat(verify(Forge.signed(header(), operator)).result())
        .isEqualTo(new Principal("ann", Role.OPERATOR, Membership.NONE));
  }

  @Test
  void typMayBeAbsentAndKidMayBePresent() {
    JsonObject header = new JsonObject().put("alg", "HS256").put("kid", "k".repeat(64));
    assertThat(verify(Forge.signed(header, claims())).succeeded()).isTrue();
  }

  @Test
  void nameOfFullLengthAndFullAlphabetHolds() {
    String name = "aZ09._@-" + "x".repeat(56);
    assertThat(verify(Forge.signed(header(), claims().put("sub", name))).result().customer())
        .isEqualTo(name);
  }

  @Test
  void leewayBoundsEveryTimeToTheSecond() {
    long now = clock.seconds();
    assertThat(verify(Forge.signed(header(), claims().put("exp", now - 29))).succeeded()).isTrue();
    assertRefused(verify(Forge.signed(header(), claims().put("exp", now - 30))));
    for (String claim : new String[] {"nbf", "iat"}) {
      assertThat(verify(Forge.signed(header(), claims().put(claim, now + 30))).succeeded())
          .isTrue();
      assertRefused(verify(Forge.signed(header(), claims().put(claim, now + 31))));
    }
  }

  @Test
  void answerHoldsUntilExpiryPlusLeeway() {
    var checked = verifier(HS256).check(Forge.signed(header(), claims()));
    assertThat(checked.result().expiresAtEpochMillis())
        .isEqualTo((clock.seconds() + 3600 + 30) * 1000);
  }

  @Test
  void tokenExpiresWithTheInjectedClock() {
    HandClock own = new HandClock();
    String token = Forge.signed(header(), Forge.claims(own));
    JwtVerifier verifier =
        new JwtVerifier(
            vertx, new VerificationKey(HS256, Forge.SECRET), Forge.settings(HS256), own);
    own.advance(Duration.ofSeconds(3629));
    assertThat(verifier.verify(token).succeeded()).isTrue();
    own.advance(Duration.ofSeconds(1));
    assertRefused(verifier.verify(token));
  }

  @Test
  void longestTokenIsReadAndOneCharacterMoreIsNot() {
    assertThat(verify(ofLength(4096)).succeeded()).isTrue();
    Future<Principal> refused = verify(ofLength(4097));
    assertRefused(refused);
    assertThat(refused.cause()).hasMessageContaining("longer than 4096");
  }

  @ParameterizedTest
  @EnumSource(
      value = SignatureAlgorithm.class,
      names = {"ES256", "RS256"})
  void tokenOfAPublicKeyHoldsAndAnAlteredOneDoesNot(SignatureAlgorithm algorithm) {
    JwtVerifier verifier = verifier(algorithm);
    KeyPair pair = pair(algorithm);
    String token = Forge.signed(Forge.header(algorithm), claims(), pair.getPrivate());
    assertThat(verifier.verify(token).result().customer()).isEqualTo("ann");

    String[] parts = token.split("\\.", -1);
    String other = Forge.base64(claims().put("role", "operator").encode());
    assertRefused(verifier.verify(parts[0] + "." + other + "." + parts[2]));
    KeyPair foreign = Forge.keys(algorithm);
    assertRefused(
        verifier.verify(Forge.signed(Forge.header(algorithm), claims(), foreign.getPrivate())));
    assertRefused(verifier.verify(parts[0] + "." + parts[1] + "." + zeros(algorithm)));
    assertRefused(verifier.verify(parts[0] + "." + parts[1] + ".MAYCAQACAQA"));
  }

  @ParameterizedTest
  @EnumSource(
      value = SignatureAlgorithm.class,
      names = {"ES256", "RS256"})
  void publicKeyIsNoSharedSecret(SignatureAlgorithm algorithm) {
    byte[] pem = Forge.pem(pair(algorithm).getPublic()).getBytes();
    for (SignatureAlgorithm claimed : SignatureAlgorithm.values()) {
      String input =
          Forge.base64(Forge.header(claimed).encode()) + "." + Forge.base64(claims().encode());
      assertRefused(verifier(algorithm).verify(Forge.signed(input, pem)));
    }
  }

  @Test
  void keyOfAnotherKindDoesNotStart() {
    assertThatThrownBy(() -> verifier(SignatureAlgorithm.ES256, Forge.pem(rsa.getPublic())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> verifier(SignatureAlgorithm.RS256, Forge.pem(ec.getPublic())))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                verifier(
                    SignatureAlgorithm.RS256,
                    Buffer.buffer("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"badShapes", "badHeaders", "badClaims", "badSignatures"})
  void badTokenIsUnauthenticated(String name, String token) {
    assertRefused(verify(token));
  }

  /** Else a bad header or claim would go unnoticed behind a forger that signs wrongly. */
  @ParameterizedTest(name = "{0}")
  @MethodSource({"badHeaders", "badClaims"})
  void badHeaderOrClaimIsRefusedForItselfAndNotForItsSignature(String name, String token) {
    assertThat(verify(token).cause()).hasMessageNotContaining("signature");
  }

  @Test
  void refusalRepeatsNothingOfTheToken() {
    String marked = "MARKED";
    JsonObject header = header().put("kid", marked + "!");
    assertThat(verify(Forge.signed(header, claims())).cause().getMessage()).doesNotContain(marked);
    assertThat(
            verify(Forge.signed(header(), claims().put("sub", marked + "!"))).cause().getMessage())
        .doesNotContain(marked);
  }

  Stream<Arguments> badShapes() {
    String good = Forge.signed(header(), claims());
    String[] parts = good.split("\\.", -1);
    String head = parts[0];
    String body = parts[1];
    String mac = parts[2];
    return Stream.of(
        bad("empty", ""),
        bad("one dot", "."),
        bad("two dots", ".."),
        bad("one part", head),
        bad("two parts", head + "." + body),
        bad("no signature", head + "." + body + "."),
        bad("unsigned", Forge.base64("{\"alg\":\"none\"}") + "." + body + "."),
        bad("no header", "." + body + "." + mac),
        bad("no payload", head + ".." + mac),
        bad("four parts", good + "." + mac),
        bad("a trailing dot", good + "."),
        bad("five parts as of JWE", good + ".a.b"),
        bad("leading space", " " + good),
        bad("trailing space", good + " "),
        bad("line end inside", head + ".\n" + body + "." + mac),
        bad("tabulator at the end", good + "\t"),
        bad("zero byte at the end", good + "\0"),
        bad("scheme left on", "Bearer " + good),
        bad("padding", good + "="),
        bad("base64 of the other alphabet", head + "." + body + "+/." + mac),
        bad("not base64", head + "." + body + ".***"),
        bad("impossible base64 length", head + "." + body + ".A"),
        bad("unicode letters", head + "." + body + ".\u00e9\u00e9\u00e9\u00e9"),
        bad("full-width letters", "\uff45\uff59" + good),
        bad("surrogate", good + "\ud83d\udc37"),
        bad("oversize", "A".repeat(4097)),
        bad("oversize of three parts", ofLength(4097)),
        bad("spare bits set", head + "." + body + "." + withSpareBits(mac)));
  }

  Stream<Arguments> badHeaders() {
    return Stream.of(
        bad("no alg", header -> header.remove("alg")),
        bad("alg none", header -> header.put("alg", "none")),
        bad("alg nOnE", header -> header.put("alg", "nOnE")),
        bad("alg empty", header -> header.put("alg", "")),
        bad("alg null", header -> header.putNull("alg")),
        bad("alg a list", header -> header.put("alg", new JsonArray().add("HS256"))),
        bad("alg in lower case", header -> header.put("alg", "hs256")),
        bad("alg HS512", header -> header.put("alg", "HS512")),
        bad("alg RS256", header -> header.put("alg", "RS256")),
        bad("alg ES256", header -> header.put("alg", "ES256")),
        bad("typ JWE", header -> header.put("typ", "JWE")),
        bad("typ a number", header -> header.put("typ", 1)),
        bad("typ null", header -> header.putNull("typ")),
        bad("crit", header -> header.put("crit", new JsonArray().add("exp"))),
        bad("crit empty", header -> header.put("crit", new JsonArray())),
        bad("jku", header -> header.put("jku", "https://example.com/keys")),
        bad("jwk", header -> header.put("jwk", new JsonObject().put("kty", "oct"))),
        bad("x5u", header -> header.put("x5u", "https://example.com/cert")),
        bad("x5c", header -> header.put("x5c", new JsonArray().add("MII"))),
        bad("b64 false", header -> header.put("b64", false)),
        bad("b64 true", header -> header.put("b64", true)),
        bad("zip", header -> header.put("zip", "DEF")),
        bad("enc", header -> header.put("enc", "A256GCM")),
        bad("cty", header -> header.put("cty", "JWT")),
        bad("kid empty", header -> header.put("kid", "")),
        bad("kid of 65", header -> header.put("kid", "k".repeat(65))),
        bad("kid a path", header -> header.put("kid", "../../etc/passwd")),
        bad("kid a query", header -> header.put("kid", "' OR 1=1")),
        bad("kid a number", header -> header.put("kid", 7)),
        bad("kid null", header -> header.putNull("kid")),
        badHeader("alg twice, good last", "{\"alg\":\"none\",\"alg\":\"HS256\"}"),
        badHeader("alg twice, good first", "{\"alg\":\"HS256\",\"alg\":\"none\"}"),
        badHeader("alg twice, once escaped", "{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}"),
        badHeader("not JSON", "alg=HS256"),
        badHeader("a list", "[{\"alg\":\"HS256\"}]"),
        badHeader("a text", "\"HS256\""),
        badHeader("null", "null"),
        badHeader("cut short", "{\"alg\":\"HS256\""),
        badHeader("more behind", "{\"alg\":\"HS256\"}{}"),
        badHeader("byte order mark", "\ufeff{\"alg\":\"HS256\"}"),
        badHeader("deep", "{\"alg\":\"HS256\",\"a\":" + "[".repeat(1200) + "]".repeat(1200) + "}"));
  }

  Stream<Arguments> badClaims() {
    long now = clock.seconds();
    return Stream.of(
        badClaim("iss missing", claims -> claims.remove("iss")),
        badClaim("iss of another", claims -> claims.put("iss", "pigpig-dev2")),
        badClaim("iss a list", claims -> claims.put("iss", new JsonArray().add("pigpig-dev"))),
        badClaim("aud missing", claims -> claims.remove("aud")),
        badClaim("aud of another", claims -> claims.put("aud", "cowcow")),
        badClaim("aud in upper case", claims -> claims.put("aud", "PIGPIG")),
        badClaim("aud a list of others", claims -> claims.put("aud", list("cow"))),
        badClaim("aud an empty list", claims -> claims.put("aud", new JsonArray())),
        badClaim("aud a list in a list", claims -> claims.put("aud", list(list("pigpig")))),
        badClaim("aud null", claims -> claims.putNull("aud")),
        badClaim("exp missing", claims -> claims.remove("exp")),
        badClaim("exp null", claims -> claims.putNull("exp")),
        badClaim("exp past", claims -> claims.put("exp", now - 3600)),
        badClaim("exp zero", claims -> claims.put("exp", 0)),
        badClaim("exp negative", claims -> claims.put("exp", -1)),
        badClaim("exp a text", claims -> claims.put("exp", "" + (now + 60))),
        badClaim("exp a fraction", claims -> claims.put("exp", now + 0.5)),
        badClaim("exp beyond all time", claims -> claims.put("exp", Long.MAX_VALUE)),
        badClaim("exp a list", claims -> claims.put("exp", new JsonArray().add(now + 60))),
        badClaim("nbf in the future", claims -> claims.put("nbf", now + 3600)),
        badClaim("nbf a text", claims -> claims.put("nbf", "soon")),
        badClaim("iat in the future", claims -> claims.put("iat", now + 3600)),
        badClaim("iat null", claims -> claims.putNull("iat")),
        badClaim("sub missing", claims -> claims.remove("sub")),
        badClaim("sub empty", claims -> claims.put("sub", "")),
        badClaim("sub of 65", claims -> claims.put("sub", "a".repeat(65))),
        badClaim("sub with a space", claims -> claims.put("sub", "ann b")),
        badClaim("sub with a line end", claims -> claims.put("sub", "ann\n")),
        badClaim("sub beyond ASCII", claims -> claims.put("sub", "\u00e4nn")),
        badClaim("sub a number", claims -> claims.put("sub", 7)),
        badClaim("sub a list", claims -> claims.put("sub", new JsonArray().add("ann"))),
        badClaim("role missing", claims -> claims.remove("role")),
        badClaim("role unknown", claims -> claims.put("role", "admin")),
        badClaim("role in upper case", claims -> claims.put("role", "OPERATOR")),
        badClaim("role a list", claims -> claims.put("role", new JsonArray().add("operator"))),
        badClaim("member a text", claims -> claims.put("member", "true")),
        badClaim("member a number", claims -> claims.put("member", 1)),
        badClaim("member null", claims -> claims.putNull("member")),
        badPayload("not JSON", "sub=ann"),
        badPayload("a list", "[]"),
        badPayload("role twice", claims().encode().replace("}", ",\"role\":\"operator\"}")),
        badPayload("exp of 30 digits", replaced("exp", "9".repeat(30))),
        badPayload("exp with an exponent", replaced("exp", "1e99")),
        badPayload("exp not a number", replaced("exp", "NaN")));
  }

  Stream<Arguments> badSignatures() {
    String good = Forge.signed(header(), claims());
    String input = good.substring(0, good.lastIndexOf('.'));
    String mac = good.substring(good.lastIndexOf('.') + 1);
    byte[] otherSecret = "another secret of thirty-two byte".substring(1).getBytes(UTF_8);
    String operator = Forge.base64(claims().put("role", "operator").encode());
    JsonObject rs256 = Forge.header(SignatureAlgorithm.RS256);
    return Stream.of(
        bad("another secret", Forge.signed(input, otherSecret)),
        bad(
            "signature altered",
            input + "." + (mac.charAt(0) == 'A' ? 'B' : 'A') + mac.substring(1)),
        bad("signature cut short", good.substring(0, good.length() - 1)),
        bad("signature half", input + "." + mac.substring(0, 22)),
        bad("signature of zeros", input + "." + Forge.base64(new byte[32])),
        bad("signature too long", input + "." + Forge.base64(new byte[64])),
        bad("payload exchanged", Forge.base64(header().encode()) + "." + operator + "." + mac),
        bad("signed by RS256", Forge.signed(rs256, claims(), rsa.getPrivate())),
        bad("RS256 under HS256's name", Forge.signed(header(), claims(), rsa.getPrivate())),
        bad("ES256 under HS256's name", Forge.signed(header(), claims(), ec.getPrivate())),
        bad(
            "invalid UTF-8",
            Forge.signed(
                Forge.base64(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'})
                    + "."
                    + Forge.base64(claims().encode()),
                Forge.SECRET.getBytes())),
        bad(
            "header in UTF-16",
            Forge.signed(
                Forge.base64(header().encode().getBytes(UTF_16BE))
                    + "."
                    + Forge.base64(claims().encode()),
                Forge.SECRET.getBytes())));
  }

  private static Arguments bad(String name, String token) {
    return Arguments.of(name, token);
  }

  private Arguments bad(String name, Consumer<JsonObject> spoil) {
    JsonObject header = header();
    spoil.accept(header);
    return bad(name, Forge.signed(header, claims()));
  }

  private Arguments badHeader(String name, String header) {
    return bad("header " + name, Forge.signed(header, claims().encode()));
  }

  private Arguments badClaim(String name, Consumer<JsonObject> spoil) {
    JsonObject claims = claims();
    spoil.accept(claims);
    return bad(name, Forge.signed(header(), claims));
  }

  private Arguments badPayload(String name, String payload) {
    return bad("payload " + name, Forge.signed(header().encode(), payload));
  }

  private static JsonArray list(Object... members) {
    return new JsonArray(List.of(members));
  }

  /** The good claims with {@code json} as the value of {@code name}. */
  private String replaced(String name, String json) {
    return claims().put(name, "?").encode().replace("\"?\"", json);
  }

  /** The same 32 bytes spelt otherwise: the last of 43 characters has two bits to spare. */
  private static String withSpareBits(String mac) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(mac.charAt(mac.length() - 1));
    return mac.substring(0, mac.length() - 1) + alphabet.charAt(last + 1);
  }

  /** A good token of exactly {@code length} characters. */
  private String ofLength(int length) {
    for (int kid = 1; kid <= 3; kid++) {
      JsonObject header = header().put("kid", "k".repeat(kid));
      for (int filler = length / 2; filler < length; filler++) {
        String token = Forge.signed(header, claims().put("filler", "f".repeat(filler)));
        if (token.length() == length) {
          return token;
        }
      }
    }
    throw new IllegalStateException("no token has " + length + " characters");
  }

  private static String zeros(SignatureAlgorithm algorithm) {
    return Forge.base64(new byte[algorithm == SignatureAlgorithm.ES256 ? 64 : 256]);
  }

  private JsonObject header() {
    return Forge.header(HS256);
  }

  private JsonObject claims() {
    return Forge.claims(clock);
  }

  private Future<Principal> verify(String token) {
    return verifier(HS256).verify(token);
  }

  private JwtVerifier verifier(SignatureAlgorithm algorithm) {
    return verifier(
        algorithm, algorithm == HS256 ? Forge.SECRET : Forge.pem(pair(algorithm).getPublic()));
  }

  private JwtVerifier verifier(SignatureAlgorithm algorithm, Buffer material) {
    VerificationKey key = new VerificationKey(algorithm, material);
    return new JwtVerifier(vertx, key, Forge.settings(algorithm), clock);
  }

  private KeyPair pair(SignatureAlgorithm algorithm) {
    return algorithm == SignatureAlgorithm.ES256 ? ec : rsa;
  }

  private static void assertRefused(Future<Principal> answer) {
    assertThat(answer.failed()).isTrue();
    assertThat(answer.cause())
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Unauthenticated.class));
  }
}
