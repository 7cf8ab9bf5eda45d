package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import stride.cuda.Blas.Matrix;
import stride.nn.Precision;

/** On a real device, what the other tests show on its double. */
@Tag("gpu")
final class GpuTest {
  @BeforeEach
  void present() {
    Gpu.require();
  }

  @Test
  void launchesCopiesAndReplays() {
    try (Testing t = new Testing()) {
      t.count(t.x);
      Kernel scale = t.kernels.kernel("scale");
      scale.launch(t.stream, Testing.WHOLE, t.scaleBy(2));
      assertThat(t.read(t.y)[Testing.LENGTH - 1]).isEqualTo(2 * (Testing.LENGTH - 1) + 0.5f);
      assertThat(scale.registers()).isPositive();

      MemorySegment host = t.pinned(Testing.LENGTH);
      Transfer back = t.y.transferTo(host);
      try (Graph graph =
              Graph.capture(
                  t.stream,
                  () -> {
                    scale.launch(t.stream, Testing.WHOLE, t.scaleBy(3));
                    back.start(t.stream);
                  });
          Event start = new Event(t.device);
          Event end = new Event(t.device)) {
        start.record(t.stream);
        graph.launch(t.stream);
        end.record(t.stream);
        end.synchronize();
        assertThat(host.get(ValueLayout.JAVA_FLOAT, 4)).isEqualTo(3.5f);
        assertThat(end.millisSince(start)).isPositive();
      }
    }
  }

  @Test
  void blocksOfACooperativeLaunchMeet() {
    try (Testing t = new Testing()) {
      Kernel meet = t.kernels.kernel("meet");
      int blocks = Math.min(meet.blocksAtOnce(32, 0), Testing.LENGTH);
      t.x.clear(t.stream);
      KernelArguments arguments = KernelArguments.in(t.arena).pointer(t.x).pointer(t.y).build();
      meet.launchCooperatively(t.stream, LaunchShape.of(blocks, 32), arguments);
      assertThat(t.read(t.y.part(0, blocks))).containsOnly(blocks);
    }
  }

  @Test
  void multipliesAlsoInAGraph() {
    try (Testing t = new Testing();
        Blas blas = new Blas(t.stream, Precision.FP32)) {
      t.count(t.x);
      Matrix a = Matrix.of(t.x, 3);
      Matrix b = Matrix.of(t.x.part(6, 6), 2);
      Matrix c = Matrix.of(t.y, 2);
      blas.multiply(2, 2, 3, 1, a, b, 0, c); // loads the kernels
      try (Graph graph = Graph.capture(t.stream, () -> blas.multiply(2, 2, 3, 1, a, b, 0, c))) {
        graph.launch(t.stream);
        float[] y = t.read(t.y);
        // [0 1 2; 3 4 5] [6 7; 8 9; 10 11]
        assertThat((double) y[0]).isCloseTo(28, within(1e-4));
        assertThat((double) y[3]).isCloseTo(112, within(1e-4));
      }
    }
  }
}
