package stride.files;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import stride.memory.Slab;

/** A SHA-256 that is put together from parts, each with its length. */
public final class Digest {
  private static final long CHUNK_BYTES = 1L << 24; // buffers end at 2 GB

  private final MessageDigest digest = sha256();

  /** What is done with a part of a slab. */
  interface BufferUse<X extends Exception> {
    void accept(ByteBuffer buffer) throws X;
  }

  public Digest add(String text) {
    return add(text.getBytes(StandardCharsets.UTF_8));
  }

  public Digest add(byte[] bytes) {
    addLength(bytes.length);
    digest.update(bytes);
    return this;
  }

  public Digest add(Slab slab) {
    addLength(slab.segment().byteSize());
    forEachBuffer(slab, digest::update);
    return this;
  }

  /** All memory of a slab in order, without a copy. */
  static <X extends Exception> void forEachBuffer(Slab slab, BufferUse<X> use) throws X {
    MemorySegment segment = slab.segment();
    for (long at = 0; at < segment.byteSize(); at += CHUNK_BYTES) {
      long bytes = Math.min(CHUNK_BYTES, segment.byteSize() - at);
      use.accept(segment.asSlice(at, bytes).asByteBuffer());
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** That of a text alone, without its length. */
  public static String ofText(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void addLength(long bytes) {
    digest.update((bytes + "\n").getBytes(StandardCharsets.UTF_8));
  }

  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
