package io.pigpig.rpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * The rpcs of one contract and what is done for them, whatever carries them. Bound to one event
 * loop.
 */
public final class RpcService {

  /** Who may call an rpc. */
  public enum Access {
    ANYBODY,
    /** Whoever has a token. */
    CALLER,
    OPERATOR
  }

  /** The shape of an rpc. */
  public enum Shape {
    /** One question, one or many answers, within a deadline. */
    BOUNDED,
    /** One question, and answers until one of the two sides ends it. */
    LASTING,
    /** Many questions, each with one answer. */
    BATCHES
  }

  /**
   * One rpc and what is done for it.
   *
   * @param work of {@link Shape#BATCHES}: {@code call} is one question of many, which it ends
   */
  public record Binding<Q extends Message, A extends Message>(
      RpcMethod<Q, A> method, Access access, Shape shape, BiConsumer<RpcCall<A>, Q> work) {}

  private final ServiceDescriptor descriptor;
  private final List<Binding<?, ?>> bindings = new ArrayList<>();

  public RpcService(ServiceDescriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** One question, one answer. */
  public <Q extends Message, A extends Message> RpcService unary(
      RpcMethod<Q, A> method, Access access, BiFunction<RpcCall<A>, Q, Future<A>> work) {
    return bind(method, access, Shape.BOUNDED, ending(work));
  }

  /** One question, many answers within a deadline; {@code work} ends the call. */
  public <Q extends Message, A extends Message> RpcService stream(
      RpcMethod<Q, A> method, Access access, BiConsumer<RpcCall<A>, Q> work) {
    return bind(method, access, Shape.BOUNDED, work);
  }

  /** One question, answers as they come; {@code work} ends the call. */
  public <Q extends Message, A extends Message> RpcService follow(
      RpcMethod<Q, A> method, Access access, BiConsumer<RpcCall<A>, Q> work) {
    return bind(method, access, Shape.LASTING, work);
  }

  /** Many questions over one stream, each with one answer, in the order in which work ends. */
  public <Q extends Message, A extends Message> RpcService batches(
      RpcMethod<Q, A> method, Access access, BiFunction<RpcCall<A>, Q, Future<A>> work) {
    return bind(method, access, Shape.BATCHES, ending(work));
  }

  private static <Q extends Message, A extends Message> BiConsumer<RpcCall<A>, Q> ending(
      BiFunction<RpcCall<A>, Q, Future<A>> work) {
    return (call, question) -> call.endWith(work.apply(call, question));
  }

  private <Q extends Message, A extends Message> RpcService bind(
      RpcMethod<Q, A> method, Access access, Shape shape, BiConsumer<RpcCall<A>, Q> work) {
    if (!method.service().equals(descriptor.getFullName())
        || descriptor.findMethodByName(method.name()) == null) {
      throw new IllegalArgumentException("the contract has no " + method.path());
    }
    bindings.add(new Binding<>(method, access, shape, work));
    return this;
  }

  public ServiceDescriptor descriptor() {
    return descriptor;
  }

  public List<Binding<?, ?>> bindings() {
    return List.copyOf(bindings);
  }
}
