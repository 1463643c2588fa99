package io.pigpig.render;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The previews asked for last, at most so many bytes of them; the one unused longest goes first.
 * Not thread-safe: {@link WorkerRenderService} guards it with its lock. A preview larger than the
 * whole cache is not kept. Keys are counted at a fixed {@value #ENTRY_BYTES} bytes.
 */
final class PreviewCache {

  private static final int ENTRY_BYTES = 256;

  private final long bytesMax;
  private final LinkedHashMap<PreviewKey, byte[]> previews = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  PreviewCache(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  byte @Nullable [] get(PreviewKey key) {
    return previews.get(key);
  }

  void put(PreviewKey key, byte[] png) {
    if (cost(png) > bytesMax) {
      return;
    }
    byte[] before = previews.put(key, png);
    bytes += cost(png) - (before == null ? 0 : cost(before));
    Iterator<Map.Entry<PreviewKey, byte[]>> eldest = previews.entrySet().iterator();
    while (bytes > bytesMax) {
      bytes -= cost(eldest.next().getValue());
      eldest.remove();
    }
  }

  long bytes() {
    return bytes;
  }

  private static long cost(byte[] png) {
    return png.length + (long) ENTRY_BYTES;
  }
}
