package stride.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import stride.cli.FuzzTargets.Form;
import stride.cli.FuzzTargets.Target;
import stride.cli.Mutations.Mutant;
import stride.files.JsonText;

/**
 * Every reader takes what Stride wrote, and refuses what is damaged, in one line that names the
 * file: {@code make test-fuzz}. It ends soon, and throws nothing else. A mutant that is a file of
 * the same form may be taken, for no reader can know; one that is not, may not.
 *
 * <p>The seed is printed; {@code MVN_ARGS=-Dstride.fuzz.seed=N} does the same again.
 */
@Tag("fuzz")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzTest {
  private static final int MUTANTS = 10_000;
  private static final int CUTS = 150; // of each file
  private static final int MOST_SECONDS = 10; // a mutant takes milliseconds, even on a busy machine
  private static final int LONGEST_MESSAGE = 2_000;

  @TempDir static Path temp;

  private final long seed = Long.getLong("stride.fuzz.seed", System.nanoTime());
  private final ExecutorService reading = Executors.newCachedThreadPool(FuzzTest::daemon);
  private List<Target> targets;

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "reader");
    thread.setDaemon(true); // one that hangs must not keep the JVM alive
    return thread;
  }

  @BeforeAll
  void write() throws IOException {
    System.out.println("stride.fuzz.seed=" + seed);
    targets = FuzzTargets.in(temp);
  }

  @AfterAll
  void end() {
    reading.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> takesWholeFilesAndRefusesDamagedOnes() {
    return targets.stream().map(its -> DynamicTest.dynamicTest(its.name(), () -> fuzz(its)));
  }

  private void fuzz(Target target) throws IOException {
    byte[] whole = Files.readAllBytes(target.file());
    try {
      assertThat(refusal(target, new Mutant("nothing", whole, false)))
          .as("the whole file")
          .isNull();
      for (int length : cuts(whole.length)) {
        check(target, whole, Mutations.cut(whole, length));
      }
      var mutations = new Mutations(new SplittableRandom(seed ^ target.name().hashCode()));
      JsonNode tree = Mutations.isJson(whole) ? JsonText.parse(new String(whole, UTF_8)) : null;
      for (int k = 0; k < Math.ceilDiv(MUTANTS, targets.size()); k++) {
        check(target, whole, mutant(target, mutations, whole, tree, k));
      }
    } finally {
      Files.write(target.file(), whole); // others read it too
    }
  }

  /** Every length of a short file; of a long one the first and last, and some between. */
  private static int[] cuts(int length) {
    return IntStream.range(0, Math.min(length, CUTS))
        .map(k -> length <= CUTS ? k : (int) ((long) k * (length - 1) / (CUTS - 1)))
        .toArray();
  }

  private static Mutant mutant(
      Target target, Mutations mutations, byte[] whole, JsonNode tree, int k) {
    if (tree == null) {
      return mutations.bytes(whole);
    }
    return switch (k % 4) {
      case 0 -> mutations.bytes(whole);
      case 1 -> mutations.noJson(tree);
      case 2 -> mutations.value(tree);
      default ->
          target.form() == Form.RECORDS
              ? mutations.form(tree, target.free(), FuzzTargets.LATER)
              : mutations.value(tree);
    };
  }

  private void check(Target target, byte[] whole, Mutant mutant) throws IOException {
    String refusal = refusal(target, mutant);
    if (refusal != null) {
      boolean oneLine = refusal.lines().count() == 1;
      boolean names = refusal.contains(target.file().getFileName().toString());
      if (!oneLine || !names || refusal.length() > LONGEST_MESSAGE) {
        failed(target, mutant, "the message is not one line that names the file: " + refusal);
      }
    } else if (mustBeRefused(target.form(), whole, mutant)) {
      failed(target, mutant, "it was taken");
    }
  }

  private static boolean mustBeRefused(Form form, byte[] whole, Mutant mutant) {
    return switch (form) {
      case LINES -> false; // a killed process leaves half a line
      case JSON, RECORDS -> mutant.isRefused();
      case GZIP -> mutant.what().startsWith("cut") && mutant.bytes().length < whole.length;
      case SEALED -> !Arrays.equals(whole, mutant.bytes());
    };
  }

  /** What the command line prints where the reader refuses a mutant; null if it takes it. */
  private String refusal(Target target, Mutant mutant) throws IOException {
    Files.write(target.file(), mutant.bytes());
    Future<?> read = reading.submit(() -> target.reader().accept(target.file()));
    try {
      read.get(MOST_SECONDS, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      Throwable thrown = e.getCause();
      boolean ours = thrown.getClass().getName().startsWith("stride.");
      if (!ours && thrown.getClass() != IllegalArgumentException.class) {
        keep(target, mutant);
        throw new AssertionError(describe(target, mutant, "it throws " + thrown), thrown);
      }
      return printed(thrown.getMessage());
    } catch (TimeoutException e) {
      failed(target, mutant, "it takes more than " + MOST_SECONDS + " s");
      return null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String printed(String message) {
    var line = new StringWriter();
    Errors.print(new PrintWriter(line), message);
    return line.toString().strip();
  }

  private void failed(Target target, Mutant mutant, String how) throws IOException {
    keep(target, mutant);
    fail(describe(target, mutant, how));
  }

  private String describe(Target target, Mutant mutant, String how) {
    return "%s: %s: %s (seed %d, kept in target/fuzz)".formatted(target, mutant.what(), how, seed);
  }

  /** So that it can be looked at. */
  private static void keep(Target target, Mutant mutant) throws IOException {
    Path folder = Path.of(System.getProperty("stride.home"), "target", "fuzz");
    Files.createDirectories(folder);
    Files.write(folder.resolve(target.file().getFileName().toString()), mutant.bytes());
  }
}
