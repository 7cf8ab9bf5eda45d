package stride.ppo.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.ppo.Insides;

/** What lies on the device. */
public record CudaInsides(CudaPpoBackend backend) implements Insides {
  @Override
  public float[] gradients() {
    return read("gradients");
  }

  @Override
  public float[] advantages() {
    return read("advantages");
  }

  @Override
  public float[] returns() {
    return read("returns");
  }

  @Override
  public void set(float[] advantages, float[] returns) {
    write("advantages", advantages);
    write("returns", returns);
  }

  private float[] read(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(backend.array(name).sizeBytes());
      backend.array(name).download(host, backend.stream());
      return host.toArray(JAVA_FLOAT);
    }
  }

  private void write(String name, float[] values) {
    try (Arena arena = Arena.ofConfined()) {
      backend.array(name).upload(arena.allocateFrom(JAVA_FLOAT, values), backend.stream());
    }
  }
}
