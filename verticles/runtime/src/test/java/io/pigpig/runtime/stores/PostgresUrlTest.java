package io.pigpig.runtime.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Reading {@code postgresql://} URLs and saying them to JDBC. */
class PostgresUrlTest {

  @Test
  void percentEncodedPartsReachJdbcEncoded() {
    PostgresUrl url =
        PostgresUrl.parse(
            "postgresql://al%40ice:p%2Fw%3A+%26@db.example:6543/sh%20op?sslmode=require");
    assertThat(url.user()).isEqualTo("al@ice");
    assertThat(url.password()).isEqualTo("p/w:+&");
    assertThat(url.jdbcUrl())
        .isEqualTo(
            "jdbc:postgresql://db.example:6543/sh%20op?user=al%40ice&password=p%2Fw%3A%2B%26"
                + "&sslmode=require");
  }

  @Test
  void portDefaultsToThatOfPostgres() {
    assertThat(PostgresUrl.parse("postgres://me@[::1]/db").address()).isEqualTo("[::1]:5432");
  }

  @Test
  void parametersKeepTheirMeaning() {
    String jdbc =
        PostgresUrl.parse("postgresql://me@h/db?application_name=edge&connect_timeout=3").jdbcUrl();
    assertThat(jdbc).contains("&ApplicationName=edge").contains("&connectTimeout=3");
  }

  @Test
  void writtenUrlIsReadBackEqual() {
    PostgresUrl url = PostgresUrl.parse("postgresql://a:b%25@h:1/d?sslmode=prefer");
    assertThat(PostgresUrl.parse(url.url())).isEqualTo(url);
  }

  @Test
  void wrongUrlIsRefusedWithoutRepeatingItsPassword() {
    assertThatThrownBy(() -> PostgresUrl.parse("mysql://me:secret@h/db"))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("it must begin with postgresql://")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> PostgresUrl.parse("postgresql://me:sec ret@h/db"))
        .isInstanceOf(StartupFailure.class)
        .hasMessageNotContaining("sec");
    assertThatThrownBy(() -> PostgresUrl.parse("postgresql://h/db"))
        .hasMessageContaining("user, host and database are needed");
  }
}
