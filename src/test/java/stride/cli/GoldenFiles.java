package stride.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Golden files, good and bad. */
final class GoldenFiles {
  private GoldenFiles() {}

  /** One that is part of the project. */
  static Path of(String task) {
    try {
      return Path.of(GoldenFiles.class.getResource("/golden/" + task + ".jsonl.gz").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static String read(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A file of the given text. */
  static Path write(Path file, String text) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  /** What an interrupted copy leaves. */
  static Path cutShort(String task, Path copy) throws IOException {
    byte[] whole = Files.readAllBytes(of(task));
    return Files.write(copy, Arrays.copyOf(whole, whole.length / 2));
  }
}
