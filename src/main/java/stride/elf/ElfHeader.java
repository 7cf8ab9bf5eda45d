package stride.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The beginning of an ELF file, which says where its two tables lie.
 *
 * <pre>
 *   | header | program headers ... | what the loader maps ...... | section headers ... |
 *   ^ 0      ^ programs                                          ^ sections
 * </pre>
 *
 * @param type shared object, program or other
 * @param machine instruction set
 * @param programs offset of the program headers, in bytes
 * @param sections offset of the section headers, in bytes; 0 if there are none
 * @param programBytes size of a program header
 * @param programCount how many
 * @param sectionBytes size of a section header
 * @param sectionCount how many
 */
record ElfHeader(
    int type,
    int machine,
    long programs,
    long sections,
    int programBytes,
    int programCount,
    int sectionBytes,
    int sectionCount) {

  /** Bytes of the header. */
  static final int BYTES = 64;

  private static final int MAGIC = 0x464c457f; // 7f 'E' 'L' 'F'
  private static final int BITS_64_LITTLE_ENDIAN = 0x0102;

  /** Whether a file that begins so is of this form: 64-bit, least significant byte first. */
  static boolean isAt(ByteBuffer start) {
    ByteBuffer elf = start.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return elf.limit() >= 6 && elf.getInt(0) == MAGIC && elf.getShort(4) == BITS_64_LITTLE_ENDIAN;
  }

  /** Reads the header of a file of this form. */
  static ElfHeader read(ByteBuffer start) {
    ByteBuffer elf = start.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    return new ElfHeader(
        elf.getShort(16) & 0xffff,
        elf.getShort(18) & 0xffff,
        elf.getLong(32),
        elf.getLong(40),
        elf.getShort(54) & 0xffff,
        elf.getShort(56) & 0xffff,
        elf.getShort(58) & 0xffff,
        elf.getShort(60) & 0xffff);
  }
}
