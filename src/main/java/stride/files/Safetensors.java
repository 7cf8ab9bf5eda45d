package stride.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * Named slabs and texts in one safetensors file, which other tools read too.
 *
 * <p>Equal contents give equal files. One that was read owns its slabs: closing it, which is
 * idempotent, frees them.
 */
public final class Safetensors implements AutoCloseable {
  private final SequencedMap<String, String> metadata;
  private final SlabBlock block;
  private final SequencedMap<String, Slab> slabs;

  private Safetensors(SafetensorsHeader header, SlabBlock block) {
    this.metadata = Collections.unmodifiableSequencedMap(header.metadata());
    this.block = block;
    SequencedMap<String, Slab> all = new LinkedHashMap<>();
    header.entries().forEach((name, entry) -> all.put(name, slab(block, name, entry)));
    this.slabs = Collections.unmodifiableSequencedMap(all);
  }

  private static Slab slab(SlabBlock block, String name, SafetensorsHeader.Entry entry) {
    return switch (entry.type()) {
      case FLOAT -> block.floats(name);
      case DOUBLE -> block.doubles(name);
      case INT -> block.ints(name);
      case LONG -> block.longs(name);
      case BYTE -> block.bytes(name);
    };
  }

  /** The texts, the version and the digest among them. */
  public SequencedMap<String, String> metadata() {
    return metadata;
  }

  /** That of header and data together: files with equal ones are equal. */
  public String digest() {
    return SafetensorsHeader.digest(metadata);
  }

  /** In the file's order; freed with this. */
  public SequencedMap<String, Slab> slabs() {
    return slabs;
  }

  @Override
  public void close() {
    block.close();
  }

  // ---- writing ----

  /**
   * Writes a file, whole or not at all; one that is there is replaced.
   *
   * @param file ends in {@code .safetensors}
   * @param disk where bytes go
   * @param version of what is written
   * @param metadata texts beside the version, which comes first, and the digest, which comes last
   * @param slabs read only
   * @return the digest, as {@link #digest} gives it
   * @throws FileException if it cannot be written; what was there before is still there
   */
  public static String write(
      Path file,
      AtomicFile.Disk disk,
      int version,
      SequencedMap<String, String> metadata,
      SequencedMap<String, ? extends Slab> slabs) {
    requireLittleEndian();
    byte[] undigested = SafetensorsHeader.of(version, metadata, slabs).toBytes();
    MessageDigest digest = Digest.sha256();
    digest.update(undigested);
    forEachBuffer(slabs.values(), digest::update);
    final String hex = hex(digest);
    byte[] header = SafetensorsHeader.withDigest(undigested, hex);
    ByteBuffer length = lengthBuffer().putLong(0, header.length);
    try {
      AtomicFile.write(
          file,
          disk,
          out -> {
            AtomicFile.writeAll(out, length);
            AtomicFile.writeAll(out, ByteBuffer.wrap(header));
            forEachBuffer(slabs.values(), buffer -> AtomicFile.writeAll(out, buffer));
          });
    } catch (IOException e) {
      throw new FileException(file, "cannot write: " + FileException.reason(e), e);
    }
    return hex;
  }

  // ---- reading ----

  /**
   * Reads a file and checks every bit of it.
   *
   * @param file written by {@link #write}
   * @param version that is known here
   * @return its content, to be closed
   * @throws DamagedFileException if it is truncated, corrupt or foreign
   * @throws FileException if it cannot be read, or is of another version: it may be sound
   */
  public static Safetensors read(Path file, int version) {
    requireLittleEndian();
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] bytes = readHeader(file, in);
      var header = SafetensorsHeader.parse(file, version, bytes, in.size() - in.position());
      // sizes are those of the file by now, so no claim of it alone allocates
      SlabPlan plan = new SlabPlan();
      header.entries().forEach((name, e) -> plan.add(name, e.type(), e.shape().dims()));
      SlabBlock block = plan.allocate(SlabAllocator.PAGES);
      try {
        var read = new Safetensors(header, block);
        read.readData(file, in, bytes, header.digest());
        return read;
      } catch (IOException | RuntimeException e) {
        block.close();
        throw e;
      }
    } catch (IOException e) {
      throw new FileException(file, "cannot read: " + FileException.reason(e), e);
    }
  }

  /**
   * Reads the texts of a file, and checks no more than its header.
   *
   * @param file written by {@link #write}
   * @param version that is known here
   * @return its metadata
   * @throws DamagedFileException if it is truncated, or its header is corrupt
   * @throws FileException if it cannot be read, or is of another version
   */
  public static SequencedMap<String, String> readMetadata(Path file, int version) {
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] bytes = readHeader(file, in);
      return SafetensorsHeader.parse(file, version, bytes, in.size() - in.position()).metadata();
    } catch (IOException e) {
      throw new FileException(file, "cannot read: " + FileException.reason(e), e);
    }
  }

  private static byte[] readHeader(Path file, FileChannel in) throws IOException {
    long left = in.size() - SafetensorsHeader.LENGTH_BYTES;
    if (left < 0) {
      throw new DamagedFileException(file, "truncated, it has " + in.size() + " bytes");
    }
    ByteBuffer length = lengthBuffer();
    readAll(in, length);
    long claimed = length.getLong(0);
    if (claimed < 2 || claimed > SafetensorsHeader.LONGEST) {
      throw new DamagedFileException(
          file, "not a safetensors file, its header cannot be that long");
    }
    if (claimed > left) {
      throw new DamagedFileException(
          file, "truncated, its header of " + claimed + " bytes is not all there");
    }
    byte[] header = new byte[Math.toIntExact(claimed)];
    readAll(in, ByteBuffer.wrap(header));
    return header;
  }

  private void readData(Path file, FileChannel in, byte[] header, String expected)
      throws IOException {
    MessageDigest digest = Digest.sha256();
    digest.update(SafetensorsHeader.withoutDigest(header, expected));
    forEachBuffer(
        slabs.values(),
        buffer -> {
          readAll(in, buffer);
          digest.update(buffer.flip());
        });
    if (!hex(digest).equals(expected)) {
      throw new DamagedFileException(file, "corrupt, its content is not what was written");
    }
  }

  private static void readAll(FileChannel in, ByteBuffer to) throws IOException {
    while (to.hasRemaining()) {
      if (in.read(to) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
  }

  // ---- both ----

  /** All memory of the slabs in order, without a copy. */
  private static <X extends Exception> void forEachBuffer(
      Collection<? extends Slab> slabs, Digest.BufferUse<X> use) throws X {
    for (Slab slab : slabs) {
      Digest.forEachBuffer(slab, use);
    }
  }

  private static ByteBuffer lengthBuffer() {
    return ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Slabs are in the machine's order, the file in that of safetensors. */
  private static void requireLittleEndian() {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException("safetensors need a little-endian machine");
    }
  }
}
