package stride.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.FileException;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.lab.process.Origin;
import stride.nn.ChildJvm;
import stride.results.MachineKind;
import stride.stats.Interval;

/** Rows go in one by one, and come out in the table. */
class LedgerTest {
  private static final String BEGIN = "<!-- measured: ledger (written by `make readme`) -->\n";
  private static final String END = "<!-- /measured -->\n";

  @TempDir Path root;

  private Path file;
  private Path page;

  @BeforeEach
  void lay() throws IOException {
    file = Files.createDirectory(root.resolve("bench-results")).resolve("ledger.json");
    page = Files.createDirectory(root.resolve("docs")).resolve("ledger.md");
    Files.writeString(page, "# The ledger\n\n" + BEGIN + "\nold\n\n" + END + "\nThe rest.\n");
  }

  private static LedgerRow row(String name, Verdict verdict, String commit, boolean dirty) {
    var json = JsonNodeFactory.instance;
    return new LedgerRow(
        name,
        "Hopper-v5",
        Map.of(
            "stepping",
            new Verification.Difference(json.textNode("lockstep"), json.textNode("sharded"))),
        1.25,
        new Interval(1.125, 1.5),
        verdict,
        1000,
        -12.5,
        new Interval(-40, 15),
        100,
        List.of(1L, 2L),
        verdict == Verdict.WORSE ? List.of("candidate, seed 2: stopped") : List.of(),
        1_234_567,
        81.5,
        new Origin(commit, dirty, "abcdef0", null, MachineKind.of("some-chip-2c")),
        "2026-01-31",
        "stride verify Hopper-v5 --reference stepping=lockstep");
  }

  static LedgerRow row(String name, Verdict verdict, String commit) {
    return row(name, verdict, commit, false);
  }

  private static LedgerRow of(LedgerRow row, Origin origin) {
    return new LedgerRow(
        row.name(),
        row.task(),
        row.differences(),
        row.speedRatio(),
        row.speedRatioCi95(),
        row.verdict(),
        row.referenceMean(),
        row.difference(),
        row.ci90(),
        row.margin(),
        row.seeds(),
        row.failures(),
        row.envSteps(),
        row.seconds(),
        origin,
        row.date(),
        row.command());
  }

  private static LedgerRow on(LedgerRow row, MachineKind machine) {
    return of(row, new Origin("0123456789", false, "abcdef0", null, machine));
  }

  private static MachineKind epyc(int family, int bits) {
    return new MachineKind(
        "AMD EPYC", "AuthenticAMD", family, 1, 1, bits, 2, 24.0, "Linux 6", "JDK", "4", null);
  }

  @Test
  void rowsOfMachinesThatShareANameStayApart() throws IOException {
    LedgerRow row = row("first", Verdict.KEPT, "0123456789");
    var ledger = new Ledger(file);
    ledger.put(on(row, epyc(25, 256)));
    ledger.put(on(row, epyc(26, 512)));
    ledger.put(on(row, epyc(26, 512)));
    assertThat(ledger.rows())
        .extracting(its -> its.origin().machine())
        .containsExactly(epyc(25, 256), epyc(26, 512));
    assertThat(updated()).contains("amd-epyc-2c, 256 bits", "amd-epyc-2c, 512 bits");
  }

  /** A ledger of before machines were told apart. */
  @Test
  void readsMachinesThatWereWrittenAsAName() throws IOException {
    var ledger = new Ledger(file);
    ledger.put(row("first", Verdict.KEPT, "0123456789"));
    ObjectNode json = JsonText.read(file, ObjectNode.class);
    ((ObjectNode) json.at("/rows/0/origin")).put("machine", "amd-epyc-2c").remove("parts");
    Files.writeString(file, JsonText.file(json));
    assertThat(ledger.rows().getFirst().origin().machine())
        .isEqualTo(MachineKind.of("amd-epyc-2c"))
        .isNotEqualTo(epyc(26, 512));
  }

  @Test
  void rowsOfNoKnownCommitAreToldApartByTheirCode() {
    LedgerRow row = row("first", Verdict.KEPT, "unknown");
    var other = new Origin("unknown", false, "fedcba9", null, row.origin().machine());
    assertThat(other.doubt()).hasValue("of no known commit");
    var ledger = new Ledger(file);
    ledger.put(row);
    ledger.put(row);
    ledger.put(of(row, other));
    assertThat(ledger.rows())
        .extracting(its -> its.origin().code())
        .containsExactly("abcdef0", "fedcba9");
  }

  private String updated() throws IOException {
    var table = new LedgerTable(root);
    table.update();
    assertThat(table.isCurrent()).isTrue();
    return Files.readString(page);
  }

  @Test
  void rowsComeBackAsTheyWerePut() {
    var ledger = new Ledger(file);
    ledger.requireFit();
    assertThat(ledger.rows()).isEmpty();
    LedgerRow first = row("one", Verdict.KEPT, "0123456789");
    LedgerRow second = row("two", Verdict.NOT_SHOWN, "0123456789");
    ledger.put(first);
    ledger.put(second);
    assertThat(new Ledger(file).rows()).containsExactly(first, second);
    assertThat(file).content().contains("\"schema_version\" : 1", "\"ci90\"", "\"not_shown\"");
    assertThat(file.resolveSibling("ledger.json.part")).doesNotExist();
  }

  @Test
  void aRowReplacesThatOfTheSameNameTaskMachineAndCommitAlone() {
    var ledger = new Ledger(file);
    ledger.put(row("one", Verdict.KEPT, "0123456789"));
    ledger.put(row("two", Verdict.KEPT, "0123456789"));
    ledger.put(row("one", Verdict.KEPT, "abcdef0123"));
    LedgerRow again = row("one", Verdict.WORSE, "0123456789");
    ledger.put(again);
    assertThat(ledger.rows())
        .extracting(LedgerRow::name, one -> one.origin().commit(), LedgerRow::verdict)
        .containsExactly(
            tuple("two", "0123456789", Verdict.KEPT),
            tuple("one", "abcdef0123", Verdict.KEPT),
            tuple("one", "0123456789", Verdict.WORSE));
  }

  @Test
  void twoProcessesThatPutRowsLeaveThoseOfBoth() throws Exception {
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      List<Future<ChildJvm.Result>> writers = new ArrayList<>();
      for (String name : List.of("one", "two")) {
        writers.add(
            two.submit(
                () ->
                    ChildJvm.run(
                        LedgerWriter.class,
                        List.of("-XX:TieredStopAtLevel=1"),
                        file.toString(),
                        name)));
      }
      for (Future<ChildJvm.Result> writer : writers) {
        assertThat(writer.get().exitCode()).as(writer.get().output()).isZero();
      }
    }
    assertThat(new Ledger(file).rows()).hasSize(2 * LedgerWriter.ROWS);
  }

  @Test
  void whatALaterStrideWroteBesideIsKept() throws IOException {
    var ledger = new Ledger(file);
    ledger.put(row("one", Verdict.KEPT, "0123456789"));
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"seconds\"", "\"joules\" : 7, \"seconds\""));
    ledger.put(row("two", Verdict.KEPT, "0123456789"));
    assertThat(file).content().contains("\"joules\" : 7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"schema_version\": 2, \"rows\": []} | schema_version=2, this Stride reads 1",
        "{\"rows\": []} | has no \"schema_version\"",
        "{\"schema_version\": 1} | has no \"rows\"",
        "{\"schema_version\": 1, \"rows\": [{\"name\": \"one\"}]} | ledger.json: ",
        "{\"schema_version\": 1, \"rows\": [7]} | ledger.json: 7, required: an object",
        "{\"schema_version\": 1, \"rows\": [null]} | ledger.json: null, required: an object",
        "{\"schema_version\": 1, \"rows\": [ | not JSON, line 1",
        "[] | not a JSON object",
      })
  void refusesWhatIsNoLedgerAndLeavesIt(String text, String complaint) throws IOException {
    Files.writeString(file, text);
    var ledger = new Ledger(file);
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(ledger::requireFit)
        .isInstanceOf(FileException.class)
        .withMessageContaining(file.toString())
        .withMessageContaining(complaint);
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> ledger.put(row("one", Verdict.KEPT, "0123456789")));
    assertThat(file).content().isEqualTo(text);
  }

  @Test
  void refusesAPlaceThatIsNoFolder() {
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(() -> new Ledger(root.resolve("none/ledger.json")).requireFit())
        .withMessageStartingWith("cannot write " + root.resolve("none/ledger.json"));
  }

  // ---- the table ----

  @Test
  void thePageSaysThatNothingIsThereYet() throws IOException {
    assertThat(updated())
        .isEqualTo(
            "# The ledger\n\n"
                + BEGIN
                + "\nNothing has been measured yet.\n\n"
                + END
                + "\nThe rest.\n");
  }

  @Test
  void theTableHasTheNewestRowOfEachSpeedUp() throws IOException {
    var ledger = new Ledger(file);
    ledger.put(row("one", Verdict.NOT_SHOWN, "abcdef0123"));
    ledger.put(row("two|three", Verdict.WORSE, "0123456789", true));
    ledger.put(row("one", Verdict.IDENTICAL, "0123456789"));
    List<String> rows =
        updated().lines().filter(line -> line.startsWith("| ")).map(LedgerTest::cells).toList();
    assertThat(rows)
        .containsExactly(
            "speed-up, task;times as fast, 95 % interval;returns;mean return;difference, 90 % interval;margin;"
                + "seeds;env steps;commit;machine",
            "two\\|three, Hopper-v5;1.250 (1.125 to 1.500);worse (1 failed);1000 → 987.5;"
                + "-12.50 (-40.00 to 15.00);± 100.0;2;1,234,567;0123456-dirty;some-chip-2c",
            "one, Hopper-v5;1.250 (1.125 to 1.500);identical;1000 → 987.5;none: the same bits;± 100.0;2;"
                + "1,234,567;0123456;some-chip-2c");
    assertThat(updated())
        .contains(
            "- one, Hopper-v5, 2026-01-31: `stride verify Hopper-v5 --reference stepping=lockstep`\n")
        .doesNotContain("abcdef0", "old");
  }

  private static String cells(String line) {
    return line.substring(2, line.length() - 2).strip().replaceAll(" +(?<!\\\\)\\| +", ";");
  }

  @Test
  void thePageIsOutOfDateWhenARowIsPut() throws IOException {
    updated();
    new Ledger(file).put(row("one", Verdict.KEPT, "0123456789"));
    assertThat(new LedgerTable(root).isCurrent()).isFalse();
  }
}
