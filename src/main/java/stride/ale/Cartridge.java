package stride.ale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import stride.home.Home;

/**
 * A game, as it is known by what its cartridge held.
 *
 * @param name of its file
 * @param size bytes
 * @param md5 of them, in hexadecimal
 */
public record Cartridge(String name, int size, String md5) {
  /** Two bats and a ball, of 1977. */
  public static final Cartridge PONG =
      new Cartridge("pong.bin", 2048, "60e0ea3cbe0913d39803477945e9e5ec");

  /** Where the build puts the file; it may not exist. */
  public Path file(Path home) {
    return Home.build(home).resolve("fetched/ale/src/ale/python/roms").resolve(name);
  }

  /**
   * Throws unless a file holds this game: the emulator would end the process.
   *
   * @throws AleException if it is missing, cut short, or another game
   */
  void require(Path file) {
    byte[] bytes = read(file);
    if (bytes.length != size) {
      throw wrong(file, bytes.length + " bytes", size + " bytes");
    }
    String found = md5(bytes);
    if (!found.equals(md5)) {
      throw wrong(file, "MD5 " + found, md5);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new AleException("no game " + file + ": " + Home.advice(AleNative.TARGET), e);
    } catch (IOException e) {
      throw new AleException("cannot read " + file + ": " + e.getClass().getSimpleName(), e);
    }
  }

  private AleException wrong(Path file, String found, String required) {
    return new AleException(
        "%s is damaged or another game than %s: %s, required: %s"
            .formatted(file, name, found, required));
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
