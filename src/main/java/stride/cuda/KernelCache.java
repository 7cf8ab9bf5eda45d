package stride.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Compiled kernels on the disk, one file for each program, architecture and compiler.
 *
 * <pre>
 *   | "STRIDE K" | SHA-256 of the rest | bytes of log | log | image |
 *   0            8                     40             44    44 + log
 * </pre>
 *
 * <p>Files get their name when they are complete. A damaged file is ignored, and a folder that
 * cannot be written does not stop a compilation.
 */
final class KernelCache {
  private static final byte[] MAGIC = "STRIDE K".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGEST = MAGIC.length;
  private static final int PAYLOAD = DIGEST + 32;

  private final Path folder;

  KernelCache(Path folder) {
    this.folder = folder;
  }

  /** -Dstride.cuda.cache, STRIDE_CUDA_CACHE, or the place for caches in the user's home. */
  static Path defaultFolder(Map<String, String> environment) {
    for (String named :
        new String[] {
          System.getProperty("stride.cuda.cache"), environment.get("STRIDE_CUDA_CACHE")
        }) {
      if (named != null && !named.isBlank()) {
        return Path.of(named);
      }
    }
    String caches = environment.get("XDG_CACHE_HOME");
    Path base =
        caches == null || caches.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(caches);
    return base.resolve("stride/cuda");
  }

  /** A name made of all that the image depends on. */
  static String key(Iterable<String> parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      // lengths, so that no two lists of parts run together to the same bytes
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  Path folder() {
    return folder;
  }

  Path file(String key) {
    return folder.resolve(key + ".kernels");
  }

  Optional<CompiledKernels> find(String key) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file(key));
    } catch (IOException e) {
      return Optional.empty();
    }
    if (bytes.length < PAYLOAD + Integer.BYTES
        || !Arrays.equals(bytes, 0, DIGEST, MAGIC, 0, DIGEST)
        || !Arrays.equals(Arrays.copyOfRange(bytes, DIGEST, PAYLOAD), digestOfPayload(bytes))) {
      return Optional.empty();
    }
    ByteBuffer payload = ByteBuffer.wrap(bytes, PAYLOAD, bytes.length - PAYLOAD);
    byte[] log = new byte[payload.getInt()];
    payload.get(log);
    byte[] image = new byte[payload.remaining()];
    payload.get(image);
    return Optional.of(CompiledKernels.read(image, new String(log, StandardCharsets.UTF_8)));
  }

  void keep(String key, CompiledKernels compiled) {
    byte[] log = compiled.log().getBytes(StandardCharsets.UTF_8);
    byte[] bytes =
        ByteBuffer.allocate(PAYLOAD + Integer.BYTES + log.length + compiled.image().length)
            .put(MAGIC)
            .put(new byte[PAYLOAD - DIGEST])
            .putInt(log.length)
            .put(log)
            .put(compiled.image())
            .array();
    System.arraycopy(digestOfPayload(bytes), 0, bytes, DIGEST, PAYLOAD - DIGEST);
    Path part = null;
    try {
      Files.createDirectories(folder);
      part = Files.createTempFile(folder, key, ".part");
      Files.write(part, bytes);
      Files.move(part, file(key), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(part); // the kernels are compiled, and the next start compiles them again
    }
  }

  private static void delete(Path part) {
    try {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      // a file that nothing reads stays
    }
  }

  private static byte[] digestOfPayload(byte[] bytes) {
    MessageDigest digest = sha256();
    digest.update(bytes, PAYLOAD, bytes.length - PAYLOAD);
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
