package stride.dqn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectIteration;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Whether the tests of value methods notice mistakes: each is planted in the sources, and a test
 * that passes without it must fail.
 */
class PlantedDefectsTest {
  private static final Pattern TEST = Pattern.compile("([\\w.]+)#(\\w+)(?:\\[(\\d+)])?");

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource
  void aTestNotices(PlantedDefect defect) throws Exception {
    String sound = PlantedClasses.source(defect.source());
    TestExecutionSummary summary = run(defect.source(), defect.plant(sound), defect.test());
    assertThat(summary.getTestsFailedCount()).as("tests that fail").isPositive();
  }

  static Stream<String> tests() {
    return Arrays.stream(PlantedDefect.values()).map(PlantedDefect::test).distinct();
  }

  @ParameterizedTest
  @MethodSource("tests")
  void theTestPassesWithoutAMistake(String test) throws Exception {
    String source = "replay/ReplayGather";
    TestExecutionSummary summary = run(source, PlantedClasses.source(source), test);
    assertThat(summary.getFailures()).isEmpty();
    assertThat(summary.getTestsSucceededCount()).isPositive();
  }

  private TestExecutionSummary run(String source, String text, String test) throws IOException {
    var classes = new PlantedClasses(source, text, temp);
    var listener = new SummaryGeneratingListener();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selector(classes, test)).build();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(classes); // by which algorithms are found
    try {
      LauncherFactory.create().execute(request, listener);
    } finally {
      thread.setContextClassLoader(before);
    }
    TestExecutionSummary summary = listener.getSummary();
    assertThat(summary.getTestsFoundCount()).as("tests of " + test).isPositive();
    return summary;
  }

  private static DiscoverySelector selector(ClassLoader classes, String test) {
    Matcher parts = TEST.matcher(test);
    assertThat(parts.matches()).as(test).isTrue();
    try {
      Class<?> type = Class.forName(parts.group(1), true, classes);
      DiscoverySelector method = selectMethod(type, method(type, parts.group(2)));
      return parts.group(3) == null
          ? method
          : selectIteration(method, Integer.parseInt(parts.group(3)));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(test, e);
    }
  }

  private static Method method(Class<?> type, String name) {
    return Stream.<Class<?>>iterate(type, its -> its != null, its -> its.getSuperclass())
        .flatMap(its -> Arrays.stream(its.getDeclaredMethods()))
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(type + " has no " + name));
  }
}
