package io.pigpig.rpc;

import com.google.protobuf.Message;

/**
 * One rpc of a contract, as both sides name it.
 *
 * @param service full name, such as {@code pigpig.order.v1.OrderService}
 * @param question what is sent, as its default instance
 * @param answer what comes back, as its default instance
 */
public record RpcMethod<Q extends Message, A extends Message>(
    String service, String name, Effect effect, Q question, A answer) {

  /** What may have happened when the answer of a call is not seen. */
  public enum Effect {
    /** Nothing: it can be asked again. */
    READ,
    /** Perhaps everything. */
    WRITE
  }

  /** Such as {@code pigpig.order.v1.OrderService/PlaceOrder}. */
  public String path() {
    return service + "/" + name;
  }
}
