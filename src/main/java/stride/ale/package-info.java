/**
 * Emulates games of the Atari 2600: actions in, screens and rewards out. The only package that
 * links the Arcade Learning Environment, which is optional: `make atari` fetches and compiles it.
 *
 * <p><b>Data.</b> A {@link stride.ale.Emulator} plays one {@link stride.ale.Cartridge}. Its screens
 * are {@code [height, width]} bytes of gray, or {@code [height, width, 3]} of red, green and blue;
 * its state is a few thousand bytes, random numbers included.
 *
 * <p><b>Memory.</b> An emulator owns native memory and is closed by whoever made it. Playing
 * allocates nothing.
 *
 * <p><b>Threads.</b> An emulator belongs to one thread at a time; different ones are independent.
 *
 * <p><b>Errors.</b> {@link stride.ale.AleException}. The library ends the process where it does not
 * know a game, so that files are looked at before it sees them. Calls out of order or after closing
 * throw {@link java.lang.IllegalStateException}.
 */
package stride.ale;
