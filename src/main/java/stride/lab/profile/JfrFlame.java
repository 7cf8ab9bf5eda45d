package stride.lab.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import stride.files.FileException;
import stride.lab.LabException;
import stride.results.ResultsFolder;

/**
 * Samples by JFR: the recording itself, and its stacks in the folded form that flamegraph.pl and
 * speedscope open.
 *
 * <p>Stacks are those at equal steps of a thread's processor time, by which a call into MuJoCo
 * weighs what it takes: JFR's older samples see threads in Java alone. They are in the recording
 * too, for programs that know no others, and are folded where the JVM has no better ones. What runs
 * on threads of the simulator's own is seen by neither.
 */
final class JfrFlame {
  private static final String BY_CPU_TIME = "jdk.CPUTimeSample";
  private static final String IN_JAVA = "jdk.ExecutionSample";
  private static final String PERIOD = "10 ms";

  private JfrFlame() {}

  /**
   * Samples while work is done.
   *
   * @param folder where to
   * @param name of the files, without {@code .jfr} and {@code .folded}
   * @param work done once
   */
  static void record(ResultsFolder folder, String name, Runnable work) {
    try {
      Path file = Files.createTempFile("stride-flame-", ".jfr");
      try (var recording = new Recording()) {
        recording.enable(BY_CPU_TIME).withStackTrace().with("throttle", PERIOD);
        recording.enable(IN_JAVA).withStackTrace().with("period", PERIOD);
        recording.start();
        work.run();
        recording.stop();
        recording.dump(file);
        folder.writeBytes(name + ".jfr", Files.readAllBytes(file));
        folder.writeText(name + ".folded", folded(RecordingFile.readAllEvents(file)));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new LabException("cannot keep samples of JFR: " + FileException.reason(e), e);
    }
  }

  private static String folded(List<RecordedEvent> events) {
    Map<String, List<RecordedEvent>> byType =
        events.stream().collect(Collectors.groupingBy(event -> event.getEventType().getName()));
    List<RecordedEvent> samples =
        byType.getOrDefault(BY_CPU_TIME, byType.getOrDefault(IN_JAVA, List.of()));
    Map<String, Integer> counts = new TreeMap<>();
    for (RecordedEvent sample : samples) {
      counts.merge(stack(sample), 1, Integer::sum);
    }
    var text = new StringBuilder();
    counts.forEach((stack, count) -> text.append(stack).append(' ').append(count).append('\n'));
    return text.toString();
  }

  /** Frames from the thread's first to the one at work. */
  private static String stack(RecordedEvent sample) {
    if (sample.getStackTrace() == null) {
      return "unknown"; // there are moments in which a stack cannot be read
    }
    return sample.getStackTrace().getFrames().reversed().stream()
        .map(JfrFlame::frame)
        .collect(Collectors.joining(";"));
  }

  /** Class and method; the number that tells generated classes apart would split what is one. */
  private static String frame(RecordedFrame frame) {
    RecordedMethod method = frame.getMethod();
    String type = method.getType().getName().replaceAll("[./]0x[0-9a-f]+.*", "");
    return type + "." + method.getName();
  }
}
