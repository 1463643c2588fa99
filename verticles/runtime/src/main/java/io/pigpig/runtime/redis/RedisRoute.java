package io.pigpig.runtime.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.impl.types.ErrorType;

/** Which Redis a link connects to. Owned by the link's event loop. */
interface RedisRoute {

  /** What an error of Redis says about the connection that it came by. */
  enum Verdict {
    /** An answer to the command. */
    ANSWER,
    /** The command was not done; the next one may be. */
    NOT_NOW,
    /** The command was not done; another connection is needed. */
    NOT_HERE
  }

  /** One attempt, which ends in time; a failed one leaves no connection open. */
  Future<RedisLine> connect();

  /** Hears every error that Redis answers. */
  Verdict judge(ErrorType error);

  /** Always the same Redis, and whatever it answers is an answer. */
  static RedisRoute to(String url, RedisDialer dialer) {
    return new RedisRoute() {
      @Override
      public Future<RedisLine> connect() {
        return dialer.dial(url);
      }

      @Override
      public Verdict judge(ErrorType error) {
        return Verdict.ANSWER;
      }
    };
  }
}
