package stride.env;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Reads, edits and writes golden files. */
final class GoldenEdit {
  private static final ObjectMapper JSON = new ObjectMapper();

  private GoldenEdit() {}

  /** The golden files that are part of the project. */
  static Path folder() {
    URL folder = GoldenEdit.class.getResource("/golden");
    try {
      return Path.of(folder.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path of(String task) {
    return folder().resolve(task + ".jsonl.gz");
  }

  static List<String> lines(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  static Path write(Path file, List<String> lines) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  /** Writes a copy of a file with every line edited. */
  static Path edit(Path file, Path copy, Consumer<ObjectNode> change) throws IOException {
    List<String> edited = new ArrayList<>();
    for (String line : lines(file)) {
      ObjectNode node = (ObjectNode) JSON.readTree(line);
      change.accept(node);
      edited.add(JSON.writeValueAsString(node));
    }
    return write(copy, edited);
  }
}
