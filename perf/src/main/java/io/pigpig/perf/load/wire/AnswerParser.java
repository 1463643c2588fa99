package io.pigpig.perf.load.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads HTTP/1.1 answers (RFC 9112) from whatever pieces they come in. Owned by one connection.
 *
 * <p>Knows the four ends of a body: none (204, 304), Content-Length, chunks, and the end of the
 * connection. Interim answers (1xx) are passed over. Of a body the first {@value #BODY_KEPT} bytes
 * are kept, a head's line has at most {@value #LINE_MAX}.
 */
final class AnswerParser {

  static final int BODY_KEPT = 4_096;
  private static final int LINE_MAX = 8_192;
  private static final int STATUS_AT = "HTTP/1.1 ".length();

  /** Takes each answer; the body is only there during the call. */
  @FunctionalInterface
  interface Sink {
    void answer(Answer answer);
  }

  /** An answer; used again for the next one. */
  static final class Answer {
    private final byte[] body = new byte[BODY_KEPT];
    private int bodyLength;
    private int status;
    private boolean persistent;

    int status() {
      return status;
    }

    /** The first {@link #bodyLength()} bytes are its body, or the begin of it. */
    byte[] body() {
      return body;
    }

    int bodyLength() {
      return bodyLength;
    }

    /** Whether the connection can be used for another request. */
    boolean persistent() {
      return persistent;
    }
  }

  private enum State {
    STATUS_LINE,
    HEADER,
    SIZED_BODY,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    BODY_UNTIL_CLOSE
  }

  private static final long UNKNOWN = -1;

  private final Sink sink;
  private final Answer answer = new Answer();
  private final byte[] line = new byte[LINE_MAX];
  private int lineLength;
  private State state = State.STATUS_LINE;
  private long contentLength;
  private boolean chunked;
  private long left;

  AnswerParser(Sink sink) {
    this.sink = sink;
  }

  /** Reads all there is. After it has thrown, the connection is of no use. */
  void feed(ByteBuf in) throws MalformedAnswerException {
    while (in.isReadable()) {
      switch (state) {
        case SIZED_BODY, CHUNK -> readBody(in);
        case BODY_UNTIL_CLOSE -> keep(in, in.readableBytes());
        case STATUS_LINE, HEADER, CHUNK_SIZE, CHUNK_END, TRAILER -> {
          if (readLine(in)) {
            lineRead();
            lineLength = 0;
          }
        }
      }
    }
  }

  /** Nothing more comes. */
  void end() {
    if (state == State.BODY_UNTIL_CLOSE) {
      complete();
    }
  }

  private void readBody(ByteBuf in) {
    int now = (int) Math.min(left, in.readableBytes());
    keep(in, now);
    left -= now;
    if (left == 0 && state == State.CHUNK) {
      state = State.CHUNK_END;
    } else if (left == 0) {
      complete();
    }
  }

  private void keep(ByteBuf in, int length) {
    int kept = Math.min(length, BODY_KEPT - answer.bodyLength);
    in.readBytes(answer.body, answer.bodyLength, kept);
    answer.bodyLength += kept;
    in.skipBytes(length - kept);
  }

  /** Whether the line is whole; then it stands in {@code line} without its end. */
  private boolean readLine(ByteBuf in) throws MalformedAnswerException {
    int from = in.readerIndex();
    int end = in.indexOf(from, in.writerIndex(), (byte) '\n');
    int length = (end < 0 ? in.writerIndex() : end) - from;
    if (length > LINE_MAX - lineLength) {
      throw new MalformedAnswerException("a line is longer than " + LINE_MAX + " bytes");
    }
    in.readBytes(line, lineLength, length);
    lineLength += length;
    if (end < 0) {
      return false;
    }
    in.skipBytes(1);
    if (lineLength > 0 && line[lineLength - 1] == '\r') {
      lineLength--;
    }
    return true;
  }

  private void lineRead() throws MalformedAnswerException {
    switch (state) {
      case STATUS_LINE -> statusLine();
      case HEADER -> {
        if (lineLength == 0) {
          headRead();
        } else {
          header();
        }
      }
      case CHUNK_SIZE -> chunkSize();
      case CHUNK_END -> {
        if (lineLength != 0) {
          throw malformed("a chunk is longer than its size");
        }
        state = State.CHUNK_SIZE;
      }
      case TRAILER -> {
        if (lineLength == 0) {
          complete();
        }
      }
      case SIZED_BODY, CHUNK, BODY_UNTIL_CLOSE ->
          throw new IllegalStateException("a line of a body");
    }
  }

  private void statusLine() throws MalformedAnswerException {
    if (lineLength < STATUS_AT + 3 || !startsWith("http/1.")) {
      throw malformed("expected a status line");
    }
    int status = 0;
    for (int i = STATUS_AT; i < STATUS_AT + 3; i++) {
      status = 10 * status + digit(line[i], 10);
    }
    answer.status = status;
    answer.persistent = line[STATUS_AT - 2] != '0';
    answer.bodyLength = 0;
    contentLength = UNKNOWN;
    chunked = false;
    state = State.HEADER;
  }

  private void header() throws MalformedAnswerException {
    if (startsWith("content-length:")) {
      long length = number("content-length:".length(), 10);
      if (contentLength != UNKNOWN && contentLength != length) {
        throw malformed("a second length");
      }
      contentLength = length;
    } else if (startsWith("transfer-encoding:")) {
      chunked = value("transfer-encoding:").endsWith("chunked");
    } else if (startsWith("connection:")) {
      String value = value("connection:");
      answer.persistent &= !value.contains("close");
      answer.persistent |= value.contains("keep-alive");
    }
  }

  private void headRead() {
    if (answer.status < 200) {
      state = State.STATUS_LINE;
    } else if (answer.status == 204 || answer.status == 304) {
      complete();
    } else if (chunked) {
      state = State.CHUNK_SIZE;
    } else if (contentLength == UNKNOWN) {
      answer.persistent = false;
      state = State.BODY_UNTIL_CLOSE;
    } else if (contentLength == 0) {
      complete();
    } else {
      left = contentLength;
      state = State.SIZED_BODY;
    }
  }

  private void chunkSize() throws MalformedAnswerException {
    left = number(0, 16);
    state = left == 0 ? State.TRAILER : State.CHUNK;
  }

  private void complete() {
    state = State.STATUS_LINE;
    sink.answer(answer);
  }

  /** The number behind {@code from}, to the end of the line or to what a chunk's size may have. */
  private long number(int from, int radix) throws MalformedAnswerException {
    int at = from;
    while (at < lineLength && line[at] == ' ') {
      at++;
    }
    int first = at;
    long value = 0;
    for (; at < lineLength && line[at] != ';' && line[at] != ' '; at++) {
      value = radix * value + digit(line[at], radix);
      if (value > Integer.MAX_VALUE) {
        throw malformed("a body is too long");
      }
    }
    if (at == first) {
      throw malformed("expected a length");
    }
    return value;
  }

  private int digit(byte character, int radix) throws MalformedAnswerException {
    int digit = Character.digit(character, radix);
    if (digit < 0) {
      throw malformed("expected a number");
    }
    return digit;
  }

  private boolean startsWith(String lowerCase) {
    if (lineLength < lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      byte read = line[i];
      int lower = read >= 'A' && read <= 'Z' ? read + ('a' - 'A') : read;
      if (lower != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String value(String name) {
    int from = name.length();
    return new String(line, from, lineLength - from, StandardCharsets.ISO_8859_1)
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private MalformedAnswerException malformed(String what) {
    String seen = new String(line, 0, Math.min(lineLength, 100), StandardCharsets.ISO_8859_1);
    return new MalformedAnswerException(what + ", not: " + seen);
  }
}
