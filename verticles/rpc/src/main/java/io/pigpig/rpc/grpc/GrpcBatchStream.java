package io.pigpig.rpc.grpc;

import com.google.protobuf.Message;
import io.pigpig.rpc.RpcSettings;
import io.pigpig.rpc.grpc.GrpcExchange.Silence;
import io.pigpig.rpc.grpc.GrpcInstances.Chosen;
import io.pigpig.rpc.grpc.GrpcInstances.Interaction;
import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.Refused;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Many questions over one stream to one instance, from the asking side. To the balancer each of
 * them is a request of its own. A stream that owes answers and gives none for a while is given up:
 * what it owes is lost, and what comes after goes elsewhere. Owned by one event loop.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
final class GrpcBatchStream<Q extends Message, A extends Message> {

  /** How long a stream that has its answers may take to end. */
  private static final long END_MILLIS = 1_000;

  /**
   * What all streams of a caller have in common.
   *
   * @param troubles hears why answers were not seen
   */
  record Terms(Vertx vertx, Ticker ticker, RpcSettings settings, Consumer<Throwable> troubles) {}

  /** A question without its answer. */
  private static final class Asked<Q, A> {
    private final Q question;
    private final Promise<A> answer = Promise.promise();
    private final long atNanos;
    private Interaction interaction = Interaction.NONE;
    private boolean sent;
    private long timer;

    Asked(Q question, long atNanos) {
      this.question = question;
      this.atNanos = atNanos;
    }
  }

  private final Terms terms;
  private final ToLongFunction<A> numberOf;
  private final Silence silence;
  private final GrpcExchange<Q, A> exchange;
  private final long openedNanos;

  /** In the order in which they were asked. */
  private final Map<Long, Asked<Q, A>> owed = new LinkedHashMap<>();

  private @Nullable Chosen instance;
  private long last;
  private long heardNanos;
  private boolean listening;
  private boolean finishing;

  GrpcBatchStream(Terms terms, ToLongFunction<A> numberOf, Silence silence) {
    this.terms = terms;
    this.numberOf = numberOf;
    this.silence = silence;
    openedNanos = terms.ticker().nanos();
    heardNanos = openedNanos;
    exchange = new GrpcExchange<>(this::answered, silence, terms.troubles());
    exchange
        .ended()
        .onComplete(done -> answerAll(done.succeeded() ? silence.lost() : done.cause()));
  }

  GrpcExchange<Q, A> exchange() {
    return exchange;
  }

  /** Whether questions can still be asked over it. */
  boolean isOpen() {
    return !finishing && !exchange.ended().isComplete();
  }

  /** Whether it is time for another stream, which may find another instance. */
  boolean isDone(GrpcInstances instances) {
    Chosen mine = instance;
    return !isOpen()
        || terms.ticker().nanos() - openedNanos >= terms.settings().streamFor().toNanos()
        || (mine != null && !instances.isListed(mine));
  }

  /** There is a connection now. */
  void begun(Chosen chosen) {
    instance = chosen;
    owed.values().forEach(this::send);
    if (finishing) {
      exchange.finish();
    }
  }

  /** Answers by the deadline; a question that is too long is refused, and the others go on. */
  Future<A> ask(LongFunction<Q> question, long deadlineNanos) {
    if (owed.size() >= terms.settings().callsOutMax()) {
      return Refused.with(new Refusal.Overloaded("a stream of batches", Refused.RETRY_AFTER));
    }
    long number = ++last;
    Q message = question.apply(number);
    if (message.getSerializedSize() > terms.settings().messageMax()) {
      return Refused.with(new Refusal.PayloadTooLarge(terms.settings().messageMax()));
    }
    long now = terms.ticker().nanos();
    Asked<Q, A> asked = new Asked<>(message, now);
    long millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - now);
    asked.timer = terms.vertx().setTimer(Math.max(1, millis), id -> late(number));
    owed.put(number, asked);
    if (exchange.isBegun()) {
      send(asked);
    }
    return asked.answer.future();
  }

  private void send(Asked<Q, A> asked) {
    Chosen mine = instance;
    if (mine != null && exchange.write(asked.question)) {
      asked.sent = true;
      asked.interaction = mine.begin();
      listen();
    }
  }

  /** One timer, however many questions: it looks when the oldest of them could be too old. */
  private void listen() {
    if (!listening) {
      listening = true;
      listen(terms.settings().streamSilence().toNanos());
    }
  }

  private void listen(long nanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    terms.vertx().setTimer(millis, id -> look());
  }

  private void look() {
    if (owed.isEmpty() || exchange.ended().isComplete()) {
      listening = false;
      return;
    }
    long oldest = owed.values().iterator().next().atNanos;
    long since = oldest - Math.min(0, oldest - heardNanos);
    long left = terms.settings().streamSilence().toNanos() - (terms.ticker().nanos() - since);
    if (left > 0) {
      listen(left);
    } else {
      silent();
    }
  }

  private void silent() {
    listening = false;
    TimeoutException cause =
        new TimeoutException(
            "no answer of "
                + owed.size()
                + " in "
                + terms.settings().streamSilence().toMillis()
                + " ms");
    terms.troubles().accept(cause);
    owed.values().forEach(asked -> asked.interaction.failed(cause));
    exchange.give(silence.lost());
  }

  private void late(long number) {
    Asked<Q, A> asked = owed.remove(number);
    if (asked != null) {
      asked.interaction.failed(silence.lost());
      asked.answer.tryFail(asked.sent ? silence.lost() : silence.nothingSent());
      endWhenIdle();
    }
  }

  /** Takes no more questions and ends when the last has its answer. */
  void finish() {
    if (!finishing) {
      finishing = true;
      if (exchange.isBegun()) {
        exchange.finish();
      }
      endWhenIdle();
    }
  }

  private void endWhenIdle() {
    if (finishing && owed.isEmpty() && !exchange.ended().isComplete()) {
      long timer = terms.vertx().setTimer(END_MILLIS, id -> exchange.give(silence.lost()));
      exchange.ended().onComplete(done -> terms.vertx().cancelTimer(timer));
    }
  }

  private void answered(A answer) {
    heardNanos = terms.ticker().nanos();
    Asked<Q, A> asked = owed.remove(numberOf.applyAsLong(answer));
    if (asked != null) {
      terms.vertx().cancelTimer(asked.timer);
      asked.interaction.answered();
      asked.answer.tryComplete(answer);
      endWhenIdle();
    }
  }

  /**
   * What was sent and has no answer is lost, whatever ended the stream: another question of it may
   * have. Only a process that leaves, or had no room for the stream, has done none of them.
   */
  private void answerAll(Throwable cause) {
    boolean nothingDone =
        cause instanceof RefusedException refused
            && (refused.refusal() instanceof Refusal.Unavailable
                || refused.refusal() instanceof Refusal.Overloaded
                || refused.refusal() instanceof Refusal.RateLimited);
    List<Asked<Q, A>> all = List.copyOf(owed.values());
    owed.clear();
    for (Asked<Q, A> asked : all) {
      terms.vertx().cancelTimer(asked.timer);
      if (!nothingDone) {
        asked.interaction.failed(cause);
      }
      asked.answer.tryFail(
          !asked.sent ? silence.nothingSent() : nothingDone ? cause : silence.lost());
    }
  }
}
