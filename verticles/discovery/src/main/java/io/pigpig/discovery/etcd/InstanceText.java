package io.pigpig.discovery.etcd;

import io.pigpig.discovery.Instance;
import io.pigpig.discovery.Service;
import io.vertx.core.json.JsonObject;

/**
 * How an instance is written in etcd: the key is prefix, service, slash, id; the value {@code
 * {"host":"10.0.0.7","port":9090,"weight":100}}.
 */
final class InstanceText {

  /** An instance, and whose it is. */
  record Found(Service service, Instance instance) {}

  private InstanceText() {}

  static String key(String prefix, Service service, Instance instance) {
    return prefix + service.name() + "/" + instance.id();
  }

  static String value(Instance instance) {
    return new JsonObject()
        .put("host", instance.host())
        .put("port", instance.port())
        .put("weight", instance.weight())
        .encode();
  }

  /**
   * Reads what stands under a key.
   *
   * @throws RuntimeException when it is no instance; others may put there what they like
   */
  static Found read(String prefix, String key, String value) {
    int slash = key.indexOf('/', prefix.length());
    Service service = new Service(key.substring(prefix.length(), Math.max(slash, 0)));
    JsonObject json = new JsonObject(value);
    Instance instance =
        new Instance(
            key.substring(slash + 1),
            json.getString("host", ""),
            json.getInteger("port", 0),
            json.getInteger("weight", 100));
    return new Found(service, instance);
  }
}
