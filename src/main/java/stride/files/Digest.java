package stride.files;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import stride.memory.Slab;

/** A SHA-256 that is put together from parts, each with its length. */
public final class Digest {
  private static final long CHUNK_BYTES = 1L << 24; // buffers end at 2 GB

  private final MessageDigest digest;

  public Digest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
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
    MemorySegment segment = slab.segment();
    addLength(segment.byteSize());
    for (long at = 0; at < segment.byteSize(); at += CHUNK_BYTES) {
      long bytes = Math.min(CHUNK_BYTES, segment.byteSize() - at);
      digest.update(segment.asSlice(at, bytes).asByteBuffer());
    }
    return this;
  }

  private void addLength(long bytes) {
    digest.update((bytes + "\n").getBytes(StandardCharsets.UTF_8));
  }

  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
