/**
 * Checks whether the files of native libraries are whole before the loader maps them, and renames
 * the libraries that they need.
 *
 * <p><b>Data.</b> 64-bit ELF files for x86-64 Linux, of which the header, the program headers and
 * the section headers are read.
 *
 * <p><b>Memory.</b> Nothing is mapped or kept. {@link stride.elf.ElfNames} changes the caller's
 * array.
 *
 * <p><b>Threads.</b> Any thread; there is no state.
 *
 * <p><b>Errors.</b> What is wrong with a file is a line of text for the caller's own exception.
 */
package stride.elf;
