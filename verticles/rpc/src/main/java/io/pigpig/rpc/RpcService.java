package io.pigpig.rpc;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.pigpig.runtime.Principal;
import io.pigpig.runtime.refusal.Refusal;
import io.pigpig.runtime.refusal.RefusedException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rpcs of one contract and what is done for them, whatever carries them. Bound to one event
 * loop.
 */
public final class RpcService {

  /** Who may call an rpc, whatever carries it. */
  public enum Access {
    ANYBODY,
    /** Whoever has a token. */
    CALLER,
    OPERATOR;

    /**
     * Whom a call is for: its caller, or whom an operator vouches for.
     *
     * @throws RefusedException if the caller may not make it, or somebody else vouches
     */
    public Principal admit(Principal caller, @Nullable Principal onBehalfOf) {
      if (this == OPERATOR && !caller.isOperator()) {
        throw new RefusedException(
            new Refusal.Forbidden("this is not for the role " + caller.role().name()));
      }
      if (onBehalfOf != null && !caller.isOperator()) {
        throw new RefusedException(
            new Refusal.Forbidden("only an operator asks on behalf of somebody else"));
      }
      return onBehalfOf == null ? caller : onBehalfOf;
    }
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
   * @param refused the answer that refuses one question of many, so that the others go on; null, or
   *     answering null, where there is no such answer, and a refusal ends the stream
   */
  public record Binding<Q extends Message, A extends Message>(
      RpcMethod<Q, A> method,
      Access access,
      Shape shape,
      BiConsumer<RpcCall<A>, Q> work,
      @Nullable BiFunction<Q, Refusal, @Nullable A> refused) {

    Binding(RpcMethod<Q, A> method, Access access, Shape shape, BiConsumer<RpcCall<A>, Q> work) {
      this(method, access, shape, work, null);
    }
  }

  private final ServiceDescriptor descriptor;
  private final List<Binding<?, ?>> bindings = new ArrayList<>();

  public RpcService(ServiceDescriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** One question, one answer. */
  public <Q extends Message, A extends Message> RpcService unary(
      RpcMethod<Q, A> method, Access access, BiFunction<RpcCall<A>, Q, Future<A>> work) {
    return bind(new Binding<>(method, access, Shape.BOUNDED, ending(work)));
  }

  /** One question, many answers within a deadline; {@code work} ends the call. */
  public <Q extends Message, A extends Message> RpcService stream(
      RpcMethod<Q, A> method, Access access, BiConsumer<RpcCall<A>, Q> work) {
    return bind(new Binding<>(method, access, Shape.BOUNDED, work));
  }

  /** One question, answers as they come; {@code work} ends the call. */
  public <Q extends Message, A extends Message> RpcService follow(
      RpcMethod<Q, A> method, Access access, BiConsumer<RpcCall<A>, Q> work) {
    return bind(new Binding<>(method, access, Shape.LASTING, work));
  }

  /**
   * Many questions over one stream, each with one answer, in the order in which work ends. A
   * question that is refused ends the stream, once those under way have their answers.
   */
  public <Q extends Message, A extends Message> RpcService batches(
      RpcMethod<Q, A> method, Access access, BiFunction<RpcCall<A>, Q, Future<A>> work) {
    return bind(new Binding<>(method, access, Shape.BATCHES, ending(work)));
  }

  /**
   * As above, but a question that is refused has an answer of its own, and the stream lives on;
   * null for a question that has none.
   */
  public <Q extends Message, A extends Message> RpcService batches(
      RpcMethod<Q, A> method,
      Access access,
      BiFunction<RpcCall<A>, Q, Future<A>> work,
      BiFunction<Q, Refusal, @Nullable A> refused) {
    return bind(new Binding<>(method, access, Shape.BATCHES, ending(work), refused));
  }

  private static <Q extends Message, A extends Message> BiConsumer<RpcCall<A>, Q> ending(
      BiFunction<RpcCall<A>, Q, Future<A>> work) {
    return (call, question) -> call.endWith(work.apply(call, question));
  }

  private RpcService bind(Binding<?, ?> binding) {
    RpcMethod<?, ?> method = binding.method();
    if (!method.service().equals(descriptor.getFullName())
        || descriptor.findMethodByName(method.name()) == null) {
      throw new IllegalArgumentException("the contract has no " + method.path());
    }
    bindings.add(binding);
    return this;
  }

  public ServiceDescriptor descriptor() {
    return descriptor;
  }

  public List<Binding<?, ?>> bindings() {
    return List.copyOf(bindings);
  }
}
