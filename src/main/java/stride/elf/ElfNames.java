package stride.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names of needed libraries in a 64-bit ELF image.
 *
 * <p>A library that is needed by name is also named as the origin of symbol versions; both entries
 * point to one string, and the versions carry its hash too:
 *
 * <pre>
 *   .dynstr         ... 0 libcublas.so.12 0 ...
 *   .gnu.version_r  library -> { hash of the version's name, ... } -> next
 * </pre>
 */
public final class ElfNames {
  private static final int STRINGS = 3;
  private static final int LOADED = 2;
  private static final int NEEDED_VERSIONS = 0x6ffffffe;

  private ElfNames() {}

  /**
   * Changes a name to another of the same length, wherever the loader reads it. Without the old
   * name nothing changes.
   *
   * @param image a whole library, changed
   * @throws IllegalArgumentException if the names differ in length
   */
  public static void rename(byte[] image, String from, String to) {
    if (from.length() != to.length()) {
      throw new IllegalArgumentException("from=" + from + ", to=" + to + ", required: same length");
    }
    ByteBuffer elf = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    ElfHeader header = ElfHeader.read(elf);
    for (int i = 0; i < header.sectionCount(); i++) {
      int section = Math.toIntExact(header.sections()) + i * header.sectionBytes();
      int type = elf.getInt(section + 4);
      int offset = Math.toIntExact(elf.getLong(section + 24));
      int bytes = Math.toIntExact(elf.getLong(section + 32));
      if (type == NEEDED_VERSIONS) {
        renameVersions(elf, offset, from, to);
      } else if (type == STRINGS && (elf.getLong(section + 8) & LOADED) != 0) {
        renameString(image, offset, bytes, from, to);
      }
    }
  }

  private static void renameVersions(ByteBuffer elf, int offset, String from, String to) {
    int library = offset;
    int next;
    do {
      int version = library + elf.getInt(library + 8);
      for (int left = elf.getShort(library + 2); left > 0; left--) {
        if (elf.getInt(version) == hash(from)) {
          elf.putInt(version, hash(to));
        }
        version += elf.getInt(version + 12);
      }
      next = elf.getInt(library + 12);
      library += next;
    } while (next != 0);
  }

  private static void renameString(byte[] image, int offset, int bytes, String from, String to) {
    byte[] old = ("\0" + from + "\0").getBytes(StandardCharsets.US_ASCII);
    byte[] fresh = ("\0" + to + "\0").getBytes(StandardCharsets.US_ASCII);
    for (int at = offset; at + old.length <= offset + bytes; at++) {
      if (Arrays.equals(image, at, at + old.length, old, 0, old.length)) {
        System.arraycopy(fresh, 0, image, at, fresh.length);
      }
    }
  }

  /** The System V hash, as the loader computes it. */
  static int hash(String name) {
    int hash = 0;
    for (byte c : name.getBytes(StandardCharsets.US_ASCII)) {
      hash = (hash << 4) + c;
      int high = hash & 0xf0000000;
      hash ^= high >>> 24;
      hash &= ~high;
    }
    return hash;
  }
}
