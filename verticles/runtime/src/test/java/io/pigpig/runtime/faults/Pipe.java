package io.pigpig.runtime.faults;

import io.pigpig.runtime.Ticker;
import io.pigpig.runtime.faults.DirectionFaults.Allowance;
import io.pigpig.runtime.faults.DirectionFaults.Strike;
import io.pigpig.runtime.faults.DirectionFaults.Trigger;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection: takes bytes from one socket and gives them to the other, as the
 * faults of the moment have it.
 *
 * <p>Bytes are delivered in the order of their arrival, also under jitter, because only the head of
 * the queue is looked at. The queue holds {@value #QUEUE_BYTES_MAX} bytes and what the source had
 * already read; then the source is paused, so that back-pressure reaches the sender. Owned by the
 * proxy's event loop.
 */
final class Pipe {

  static final int QUEUE_BYTES_MAX = 128 * 1024;

  /** The bytes of this connection that a trigger still sees after their delivery. */
  private static final int WINDOW_BYTES_MAX = 8 * 1024;

  /** A rate-limited stream is delivered in slices of this long, not in chunks as they came. */
  private static final int SLICES_PER_SECOND = 50;

  private record Parcel(Buffer bytes, long arrivedNanos, double luck) {}

  private final Vertx vertx;
  private final NetSocket from;
  private final NetSocket to;
  private final DirectionFaults faults;
  private final Connection connection;
  private final Ticker ticker = Ticker.system();
  private final ArrayDeque<Parcel> queue = new ArrayDeque<>();
  private Buffer window = Buffer.buffer();
  private @Nullable Trigger windowOf;
  private long queuedBytes;
  private long freeAtNanos = ticker.nanos();
  private long timer = -1;
  private boolean sourcePaused;
  private boolean sourceEnded;
  private boolean silent;
  private boolean closed;

  /** What a pipe asks of the connection it belongs to. */
  interface Connection {

    Vertx vertx();

    /** Closes both sockets after what was delivered to them. */
    void cut();

    /** Cuts in place of the next bytes that arrive in the other direction. */
    void cutInPlaceOfReply(Trigger why);

    /** Says that bytes have come from {@code pipe}'s source; false if they cost the connection. */
    boolean arrived(Pipe pipe);
  }

  Pipe(NetSocket from, NetSocket to, DirectionFaults faults, Connection connection) {
    this.vertx = connection.vertx();
    this.from = from;
    this.to = to;
    this.faults = faults;
    this.connection = connection;
  }

  void open() {
    from.handler(this::take);
    from.endHandler(
        nothing -> {
          sourceEnded = true;
          pump();
        });
    to.drainHandler(nothing -> pump());
  }

  /** Nothing is delivered any more. */
  void close() {
    closed = true;
    queue.clear();
    queuedBytes = 0;
    vertx.cancelTimer(timer);
    // What still comes is thrown away, so that the end of the source is seen.
    from.resume();
  }

  /** Nothing is read or delivered any more, and nobody is told. */
  void silence() {
    silent = true;
    pump();
  }

  private boolean isHeldUp() {
    return silent || faults.clogged;
  }

  long queuedBytes() {
    return queuedBytes;
  }

  private void take(Buffer bytes) {
    if (!connection.arrived(this) || closed) {
      return;
    }
    queue.add(new Parcel(bytes, ticker.nanos(), faults.luck()));
    queuedBytes += bytes.length();
    pump();
  }

  /** Delivers what is due; called on every change of the queue, the faults and the receiver. */
  void pump() {
    vertx.cancelTimer(timer);
    while (!closed && !isHeldUp() && !queue.isEmpty() && !to.writeQueueFull()) {
      long now = ticker.nanos();
      long waitNanos = waitNanos(queue.element(), now);
      if (waitNanos > 0) {
        timer = vertx.setTimer(1 + TimeUnit.NANOSECONDS.toMillis(waitNanos), id -> pump());
        break;
      }
      deliver(nextSlice(now));
    }
    if (sourceEnded && queue.isEmpty() && !isHeldUp()) {
      to.close();
    }
    regulateSource();
  }

  private long waitNanos(Parcel head, long now) {
    long waitNanos = head.arrivedNanos() + faults.delayNanos(head.luck()) - now;
    return faults.isRateLimited() ? Math.max(waitNanos, freeAtNanos - now) : waitNanos;
  }

  /** Takes the head of the queue, or as much of it as the rate allows at once. */
  private Buffer nextSlice(long now) {
    Parcel head = queue.remove();
    Buffer slice = head.bytes();
    if (faults.isRateLimited()) {
      int sliceMax = Math.clamp(faults.bytesPerSecond / SLICES_PER_SECOND, 1, 1 << 20);
      if (slice.length() > sliceMax) {
        Buffer rest = slice.getBuffer(sliceMax, slice.length());
        queue.addFirst(new Parcel(rest, head.arrivedNanos(), head.luck()));
        slice = slice.getBuffer(0, sliceMax);
      }
      double seconds = (double) slice.length() / faults.bytesPerSecond;
      freeAtNanos = Math.max(freeAtNanos, now) + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
    queuedBytes -= slice.length();
    return slice;
  }

  private void deliver(Buffer bytes) {
    Trigger trigger = fitting(bytes);
    if (trigger != null) {
      faults.trigger = null;
      if (trigger.strike == Strike.CUT) {
        connection.cut();
        trigger.struck.complete();
        return;
      }
      connection.cutInPlaceOfReply(trigger);
    }
    Allowance allowance = faults.allowance;
    if (allowance == null || bytes.length() < allowance.bytesLeft) {
      pass(bytes);
      if (allowance != null) {
        allowance.bytesLeft -= bytes.length();
      }
      return;
    }
    faults.allowance = null;
    pass(bytes.getBuffer(0, (int) allowance.bytesLeft));
    connection.cut();
    allowance.struck.complete();
  }

  /** A failed write needs no word of its own: the socket is gone and tells the connection. */
  private void pass(Buffer bytes) {
    faults.passedBytes += bytes.length();
    to.write(bytes);
  }

  /** The trigger, if these bytes are what it waits for; they may have come in several pieces. */
  private @Nullable Trigger fitting(Buffer bytes) {
    Trigger trigger = faults.trigger;
    if (trigger != windowOf) {
      windowOf = trigger;
      window = Buffer.buffer();
    }
    if (trigger == null) {
      return null;
    }
    window.appendBuffer(bytes);
    boolean fits = trigger.bytes.test(window);
    if (window.length() > WINDOW_BYTES_MAX) {
      window = window.getBuffer(window.length() - WINDOW_BYTES_MAX, window.length());
    }
    return fits ? trigger : null;
  }

  private void regulateSource() {
    boolean pause = !closed && (isHeldUp() || queuedBytes > QUEUE_BYTES_MAX);
    boolean resume = closed || (!isHeldUp() && queuedBytes <= QUEUE_BYTES_MAX / 2);
    if (pause && !sourcePaused) {
      sourcePaused = true;
      from.pause();
    } else if (resume && sourcePaused) {
      sourcePaused = false;
      from.resume();
    }
  }
}
