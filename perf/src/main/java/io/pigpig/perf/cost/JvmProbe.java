package io.pigpig.perf.cost;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Asks another JVM of the same user what it has allocated and how long its collectors stopped it.
 *
 * <p>Over JMX: the stack's own metrics do not say it, the reference program has none, and the
 * counters of {@code jcmd PerfCounter.print} see allocations only at collections. To attach costs
 * the other JVM some hundred milliseconds once, a question a fraction of one. Owned by one thread.
 */
final class JvmProbe implements AutoCloseable {

  private static final long MICROS_PER_MILLI = 1_000;

  /** Nobody asks in between whether it is still there, and complains when it is not. */
  private static final Map<String, ?> QUIET =
      Map.of("jmx.remote.x.client.connection.check.period", 0L);

  private final JMXConnector connector;
  private final MBeanServerConnection beans;
  private final ObjectName threads;
  private final List<ObjectName> collectors;

  private JvmProbe(JMXConnector connector) throws IOException, JMException {
    this.connector = connector;
    beans = connector.getMBeanServerConnection();
    threads = new ObjectName("java.lang:type=Threading");
    collectors =
        beans.queryNames(new ObjectName("java.lang:type=GarbageCollector,*"), null).stream()
            // A concurrent collector has beans for its cycles too, which stop nothing.
            .filter(name -> !name.getKeyProperty("name").endsWith("Cycles"))
            .toList();
  }

  /** Throws IOException when there is no such JVM, or it does not let us. */
  // What is deserialized comes from a JVM that we have started ourselves, over the loopback.
  @SuppressWarnings("BanJNDI")
  static JvmProbe attach(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      String address;
      try {
        address = machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
      return new JvmProbe(JMXConnectorFactory.connect(new JMXServiceURL(address), QUIET));
    } catch (AttachNotSupportedException | JMException e) {
      throw new IOException("cannot ask JVM " + pid + ": " + e.getMessage(), e);
    }
  }

  /** Since it started, in all threads; good to a millisecond each collector. */
  long stoppedMicros() throws IOException {
    long millis = 0;
    for (ObjectName collector : collectors) {
      millis += number(collector, "CollectionTime");
    }
    return millis * MICROS_PER_MILLI;
  }

  /** Since it started, in all threads. */
  long allocatedBytes() throws IOException {
    return number(threads, "TotalThreadAllocatedBytes");
  }

  private long number(ObjectName bean, String attribute) throws IOException {
    try {
      return ((Number) beans.getAttribute(bean, attribute)).longValue();
    } catch (JMException e) {
      throw new IOException("cannot read " + attribute + " of " + bean, e);
    }
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException gone) {
      // So is everything that could be closed.
    }
  }
}
