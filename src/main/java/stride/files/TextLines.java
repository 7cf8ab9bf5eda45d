package stride.files;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Lines of a text in UTF-8, one after the other, none of which is longer than a bound: what is
 * longer must not fill the heap. On one thread.
 */
public final class TextLines implements AutoCloseable {
  private final InputStream in;
  private final int longest;
  private long position;
  private int number;
  private boolean ended = true;

  /** A line is longer than the bound. */
  public static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    private TooLongException(int longest) {
      super("a line of more than " + longest + " bytes");
    }
  }

  /**
   * Begins with the first line.
   *
   * @param in closed with this
   * @param longest bytes of the longest line
   */
  public TextLines(InputStream in, int longest) {
    this.in = new BufferedInputStream(in);
    this.longest = longest;
  }

  /**
   * Reads a line.
   *
   * @return without its line feed; null after the last
   * @throws TooLongException if it is longer than the bound
   * @throws java.nio.charset.CharacterCodingException if it is no UTF-8
   * @throws IOException if it cannot be read
   */
  public String next() throws IOException {
    var line = new ByteArrayOutputStream();
    ended = false;
    int next;
    while (!ended && (next = in.read()) >= 0) {
      position++;
      if (next == '\n') {
        ended = true;
      } else if (line.size() == longest) {
        throw new TooLongException(longest);
      } else {
        line.write(next);
      }
    }
    if (!ended && line.size() == 0) {
      return null;
    }
    number++;
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(line.toByteArray()))
        .toString();
  }

  /** The number of the line that was read last, from 1; 0 before the first. */
  public int number() {
    return number;
  }

  /**
   * Whether the line that was read last has its line feed: a writer that was killed may leave one
   * without.
   *
   * @return true if so
   */
  public boolean isWhole() {
    return ended;
  }

  /** How many bytes have been read, line feeds included. */
  public long position() {
    return position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
