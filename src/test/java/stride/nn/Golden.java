package stride.nn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import stride.memory.FloatSlab;

/**
 * Numbers computed by others in double precision: files of the test resources, or of the folder
 * that the system property {@code stride.golden} names.
 */
public final class Golden {
  private Golden() {}

  /** One case of learning.json.gz, by PyTorch; a test is skipped if there is none of that name. */
  public static JsonNode learning(String name) {
    return read("learning.json.gz", name);
  }

  /** One case of values.json.gz, by NumPy and PyTorch: what value methods compute. */
  public static JsonNode values(String name) {
    return read("values.json.gz", name);
  }

  /** The cases of wrappers.json.gz: what Gymnasium's normalising wrappers make of given numbers. */
  public static JsonNode wrappers() {
    return read("wrappers.json.gz", "cases");
  }

  /** The cases of pong.json.gz: games that Gymnasium played, with digests of what it saw. */
  public static JsonNode pong() {
    return read("pong.json.gz", "cases");
  }

  private static JsonNode read(String file, String name) {
    try (InputStream in = new GZIPInputStream(open(file))) {
      JsonNode node = new ObjectMapper().readTree(in).get(name);
      Assumptions.assumeTrue(node != null, "no " + name + " in " + file);
      return node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) throws IOException {
    String folder = System.getProperty("stride.golden");
    if (folder == null) {
      return Golden.class.getResourceAsStream("/golden/" + name);
    }
    Path file = Path.of(folder, name);
    Assumptions.assumeTrue(Files.exists(file), "no " + file);
    return Files.newInputStream(file);
  }

  /** Numbers of a list, or of a list of rows one after the other. */
  public static double[] doubles(JsonNode list) {
    if (list.isEmpty() || !list.get(0).isArray()) {
      double[] values = new double[list.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = list.get(i).asDouble();
      }
      return values;
    }
    int width = list.get(0).size();
    double[] values = new double[list.size() * width];
    for (int r = 0; r < list.size(); r++) {
      System.arraycopy(doubles(list.get(r)), 0, values, r * width, width);
    }
    return values;
  }

  /** The same, rounded to float. */
  public static float[] floats(JsonNode list) {
    double[] values = doubles(list);
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    return rounded;
  }

  /** Writes rows into a slab whose rows are longer. */
  public static void putRows(FloatSlab slab, int stride, JsonNode rows) {
    for (int r = 0; r < rows.size(); r++) {
      slab.set((long) r * stride, floats(rows.get(r)));
    }
  }

  /** Writes all tensors of a policy. */
  public static void putParameters(FloatSlab parameters, PolicyLayout layout, JsonNode tensors) {
    for (ParameterTensor tensor : layout.tensors()) {
      tensor.put(parameters, floats(tensors.get(tensor.name())));
    }
  }
}
