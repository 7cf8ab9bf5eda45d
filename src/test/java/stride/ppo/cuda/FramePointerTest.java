package stride.ppo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class FramePointerTest {
  private static final Pattern FRAME =
      Pattern.compile("struct Frame \\{\\n(.*?)\\n};", Pattern.DOTALL);
  private static final Pattern POINTER = Pattern.compile("\\* (\\w+);");

  @Test
  void pointersAreThoseOfTheStructInItsOrder() throws IOException {
    Matcher frame = FRAME.matcher(Files.readString(Path.of("native/cuda/frame.cuh")));
    assertThat(frame.find()).isTrue();
    List<String> struct =
        POINTER.matcher(frame.group(1)).results().map(pointer -> pointer.group(1)).toList();
    assertThat(Arrays.stream(FramePointer.values()).map(FramePointer::toString))
        .containsExactlyElementsOf(struct);
  }
}
