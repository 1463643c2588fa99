package io.pigpig.rpc.bus;

import com.google.protobuf.Message;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.refusal.RefusalFacts;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What goes over the bus: immutable, and handed over as it is. */
final class BusMessages {

  /** A question, who asks, and by when the answer is wanted. */
  record Question(Message message, Principal asking, long deadlineNanos) {}

  /** The answers of a call, or why it was refused. */
  record Answer(List<Message> messages, @Nullable RefusalFacts refused) {}

  private BusMessages() {}

  /** Makes the bus know both; done once a Vert.x. */
  static void register(EventBus bus) {
    bus.registerDefaultCodec(Question.class, new AsItIs<>("rpc-question"));
    bus.registerDefaultCodec(Answer.class, new AsItIs<>("rpc-answer"));
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
