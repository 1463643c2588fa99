package io.pigpig.rpc.bus;

import com.google.protobuf.Message;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes over the bus, handed over as it is. */
final class BusMessages {

  /**
   * A question.
   *
   * @param caller whose question it is
   * @param onBehalfOf for whom the caller asks; null if for itself
   * @param deadlineNanos by when the answer is wanted
   * @param gone completes if the caller gives up before; null if it never does
   */
  record Question(
      Message message,
      Principal caller,
      @Nullable Principal onBehalfOf,
      long deadlineNanos,
      @Nullable Future<Void> gone) {}

  /** What comes after some answers. */
  enum Then {
    /** More of them, when they are asked for. */
    MORE,
    END,
    REFUSAL,
    DEFECT
  }

  /**
   * Some answers of a call, and what comes after them.
   *
   * @param refused why, where a refusal comes
   */
  record Answer(List<Message> messages, Then then, @Nullable RefusalFacts refused) {}

  /** Asks for what comes next. */
  record Next() {}

  private BusMessages() {}

  /** Makes the bus know them; done once a Vert.x. */
  static void register(EventBus bus) {
    bus.registerDefaultCodec(Question.class, new AsItIs<>("rpc-question"));
    bus.registerDefaultCodec(Answer.class, new AsItIs<>("rpc-answer"));
    bus.registerDefaultCodec(Next.class, new AsItIs<>("rpc-next"));
  }

  /** Requests stay in their process: between processes they go over gRPC. */
  private record AsItIs<T>(String name) implements MessageCodec<T, T> {

    @Override
    public void encodeToWire(Buffer buffer, T message) {
      throw new UnsupportedOperationException("requests do not travel over the clustered bus");
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
      throw new UnsupportedOperationException("requests do not travel over the clustered bus");
    }

    @Override
    public T transform(T message) {
      return message;
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
