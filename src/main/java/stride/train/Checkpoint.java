package stride.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * A learner's state as one safetensors file, which other tools read too.
 *
 * <p>Equal states give equal files. One that was read owns its slabs: closing it, which is
 * idempotent, frees them.
 */
public final class Checkpoint implements AutoCloseable {
  /** Version of the file's form. */
  public static final int SCHEMA_VERSION = 1;

  private static final String CONFIGURATION = "configuration_sha256";
  private static final String CODE = "code_sha256";

  // how much of a slab is one buffer: buffers end at 2 GB
  private static final long CHUNK_BYTES = 1L << 24;

  private final CheckpointInfo info;
  private final SlabBlock block;
  private final SequencedMap<String, Slab> slabs;

  private Checkpoint(
      CheckpointInfo info, SlabBlock block, SequencedMap<String, SafetensorsHeader.Entry> entries) {
    this.info = info;
    this.block = block;
    SequencedMap<String, Slab> all = new LinkedHashMap<>();
    entries.forEach((name, entry) -> all.put(name, slab(block, name, entry)));
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

  /**
   * What this is a checkpoint of.
   *
   * @return from the file's metadata
   */
  public CheckpointInfo info() {
    return info;
  }

  /**
   * The state.
   *
   * @return in the file's order; freed with this checkpoint
   */
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
   * @param info what it is a checkpoint of
   * @param slabs read only
   * @throws CheckpointException if it cannot be written; what was there before is still there
   */
  public static void write(
      Path file, CheckpointInfo info, SequencedMap<String, ? extends Slab> slabs) {
    write(file, info, slabs, AtomicFile.Disk.REAL);
  }

  static void write(
      Path file,
      CheckpointInfo info,
      SequencedMap<String, ? extends Slab> slabs,
      AtomicFile.Disk disk) {
    requireLittleEndian();
    byte[] undigested = SafetensorsHeader.of(metadata(info), slabs).toBytes();
    MessageDigest digest = sha256();
    digest.update(undigested);
    try {
      forEachBuffer(slabs.values(), digest::update);
      byte[] header = SafetensorsHeader.withDigest(undigested, hex(digest));
      ByteBuffer length = lengthBuffer().putLong(0, header.length);
      AtomicFile.write(
          file,
          disk,
          out -> {
            AtomicFile.writeAll(out, length);
            AtomicFile.writeAll(out, ByteBuffer.wrap(header));
            forEachBuffer(slabs.values(), buffer -> AtomicFile.writeAll(out, buffer));
          });
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot write: " + FileException.reason(e), e);
    }
  }

  private static SequencedMap<String, String> metadata(CheckpointInfo info) {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put("schema_version", Integer.toString(SCHEMA_VERSION));
    metadata.put("algo", info.algo());
    metadata.put("task", info.task());
    metadata.put("seed", Long.toString(info.seed()));
    metadata.put("iteration", Long.toString(info.iteration()));
    metadata.put("env_steps", Long.toString(info.envSteps()));
    metadata.put("best_return", Double.toString(info.bestReturn()));
    metadata.put("best_iteration", Long.toString(info.bestIteration()));
    putIfKnown(metadata, CONFIGURATION, info.configuration());
    putIfKnown(metadata, CODE, info.code());
    return metadata;
  }

  private static void putIfKnown(Map<String, String> metadata, String key, String digest) {
    if (digest != null) {
      metadata.put(key, digest);
    }
  }

  // ---- reading ----

  /**
   * Reads a file and checks every bit of it.
   *
   * @param file written by {@link #write}
   * @return its content, to be closed
   * @throws CheckpointException if it is truncated, corrupt or foreign
   * @throws TrainException if it cannot be read, or is of another version: it may be sound, so that
   *     nobody should go back before it unasked
   */
  public static Checkpoint read(Path file) {
    requireLittleEndian();
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] bytes = readHeader(in);
      SafetensorsHeader header = SafetensorsHeader.parse(bytes, in.size() - in.position());
      CheckpointInfo info = info(header.metadata());
      // sizes are those of the file by now, so no claim of it alone allocates
      SlabPlan plan = new SlabPlan();
      header.entries().forEach((name, e) -> plan.add(name, e.type(), e.shape().dims()));
      SlabBlock block = plan.allocate(SlabAllocator.PAGES);
      try {
        Checkpoint checkpoint = new Checkpoint(info, block, header.entries());
        checkpoint.readData(in, bytes, header.digest());
        return checkpoint;
      } catch (IOException | SafetensorsHeader.FormException | RuntimeException e) {
        block.close();
        throw e;
      }
    } catch (SafetensorsHeader.OtherVersionException e) {
      throw new TrainException(file + ": " + e.getMessage(), e);
    } catch (SafetensorsHeader.FormException e) {
      throw new CheckpointException(file, e.getMessage(), e);
    } catch (IOException e) {
      throw new TrainException(file + ": cannot read: " + FileException.reason(e), e);
    }
  }

  private static byte[] readHeader(FileChannel in)
      throws IOException, SafetensorsHeader.FormException {
    long left = in.size() - SafetensorsHeader.LENGTH_BYTES;
    if (left < 0) {
      throw new SafetensorsHeader.FormException("truncated, it has " + in.size() + " bytes");
    }
    ByteBuffer length = lengthBuffer();
    readAll(in, length);
    long claimed = length.getLong(0);
    if (claimed < 2 || claimed > SafetensorsHeader.LONGEST) {
      throw new SafetensorsHeader.FormException("not a checkpoint, its header cannot be that long");
    }
    if (claimed > left) {
      throw new SafetensorsHeader.FormException(
          "truncated, its header of " + claimed + " bytes is not all there");
    }
    byte[] header = new byte[Math.toIntExact(claimed)];
    readAll(in, ByteBuffer.wrap(header));
    return header;
  }

  private void readData(FileChannel in, byte[] header, String expected)
      throws IOException, SafetensorsHeader.FormException {
    MessageDigest digest = sha256();
    digest.update(SafetensorsHeader.withoutDigest(header, expected));
    forEachBuffer(
        slabs.values(),
        buffer -> {
          readAll(in, buffer);
          digest.update(buffer.flip());
        });
    if (!hex(digest).equals(expected)) {
      throw new SafetensorsHeader.FormException("corrupt, its content is not what was written");
    }
  }

  private static void readAll(FileChannel in, ByteBuffer to) throws IOException {
    while (to.hasRemaining()) {
      if (in.read(to) < 0) {
        throw new IOException("the file shrank while it was read");
      }
    }
  }

  /** Asked before anything else of the file is believed. */
  static void checkVersion(Map<String, String> metadata) throws SafetensorsHeader.FormException {
    String version = metadata.get("schema_version");
    if (version == null) {
      throw new SafetensorsHeader.FormException("not a checkpoint of Stride, it has no version");
    }
    if (!version.equals(Integer.toString(SCHEMA_VERSION))) {
      throw new SafetensorsHeader.OtherVersionException(
          "schema_version=" + version + ", this Stride reads " + SCHEMA_VERSION);
    }
  }

  private static CheckpointInfo info(Map<String, String> metadata)
      throws SafetensorsHeader.FormException {
    try {
      return new CheckpointInfo(
          text(metadata, "algo"),
          text(metadata, "task"),
          Long.parseLong(text(metadata, "seed")),
          Long.parseLong(text(metadata, "iteration")),
          Long.parseLong(text(metadata, "env_steps")),
          Double.parseDouble(text(metadata, "best_return")),
          Long.parseLong(text(metadata, "best_iteration")),
          metadata.get(CONFIGURATION),
          metadata.get(CODE));
    } catch (NumberFormatException e) {
      throw new SafetensorsHeader.FormException("corrupt, a number in its metadata is none");
    }
  }

  private static String text(Map<String, String> metadata, String key)
      throws SafetensorsHeader.FormException {
    String value = metadata.get(key);
    if (value == null) {
      throw new SafetensorsHeader.FormException("corrupt, its metadata has no " + key);
    }
    return value;
  }

  // ---- both ----

  private interface BufferUse<X extends Exception> {
    void accept(ByteBuffer buffer) throws X;
  }

  /** All memory of the slabs in order, without a copy. */
  private static <X extends Exception> void forEachBuffer(
      Collection<? extends Slab> slabs, BufferUse<X> use) throws X {
    for (Slab slab : slabs) {
      MemorySegment segment = slab.segment();
      for (long at = 0; at < segment.byteSize(); at += CHUNK_BYTES) {
        long bytes = Math.min(CHUNK_BYTES, segment.byteSize() - at);
        use.accept(segment.asSlice(at, bytes).asByteBuffer());
      }
    }
  }

  private static ByteBuffer lengthBuffer() {
    return ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Slabs are in the machine's order, the file in that of safetensors. */
  private static void requireLittleEndian() {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException("checkpoints need a little-endian machine");
    }
  }
}
