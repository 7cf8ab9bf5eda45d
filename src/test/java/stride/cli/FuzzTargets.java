package stride.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import stride.algo.OptionValues;
import stride.env.Alignment;
import stride.env.Task;
import stride.env.TaskOptions;
import stride.env.Tasks;
import stride.files.JsonObject;
import stride.files.JsonText;
import stride.files.Safetensors;
import stride.lab.bench.BenchPlan;
import stride.lab.process.Origin;
import stride.lab.report.ReferenceReturns;
import stride.lab.report.Report;
import stride.lab.sweep.AblationFile;
import stride.lab.sweep.AblationPlan;
import stride.lab.sweep.AblationResult;
import stride.lab.sweep.AblationRow;
import stride.lab.sweep.Budget;
import stride.lab.sweep.Space;
import stride.lab.sweep.SweepFile;
import stride.lab.sweep.SweepPlan;
import stride.lab.sweep.SweepResult;
import stride.lab.sweep.SweepRow;
import stride.lab.trials.TrialResult;
import stride.lab.verify.Ledger;
import stride.lab.verify.Verdict;
import stride.ppo.Ppo;
import stride.ppo.PpoOptions;
import stride.results.AlgorithmRow;
import stride.results.Anchor;
import stride.results.Machine;
import stride.results.MachineKind;
import stride.results.PeersResult;
import stride.results.ProfileResult;
import stride.results.Profiles;
import stride.results.Results;
import stride.results.ResultsFolder;
import stride.stats.Interval;
import stride.train.Checkpoint;
import stride.train.CheckpointStore;
import stride.train.Code;
import stride.train.ConfigFile;
import stride.train.LiveFilesReader;
import stride.train.MetricsReader;
import stride.train.RunFolder;
import stride.train.RunRecord;
import stride.train.RunRow;
import stride.train.RunSpec;

/** Files of every kind that Stride reads, as its own writers left them, and what reads them. */
public final class FuzzTargets {
  /** What of a damaged file its reader can know. */
  enum Form {
    /** Lines of which a killed process may have left half of one. */
    LINES,
    /** JSON of which fields may be missing, or others be there. */
    JSON,
    /** JSON that was written from records: no field may be missing. */
    RECORDS,
    /** Compressed, with a checksum over the content. */
    GZIP,
    /** With a checksum over every bit. */
    SEALED
  }

  /** Those of records in which a file may say what it likes: options, by their names. */
  private static final Set<String> FREE =
      Set.of(
          "config",
          "space",
          "options",
          "changes",
          "differences",
          "diagnostics",
          "latencies",
          "stage_seconds",
          "code",
          "parts");

  /** Fields that older files do not have. */
  static final Set<String> LATER =
      Set.of(
          "code", "parts", "cpu_vendor", "cpu_family", "cpu_model", "cpu_stepping", "load_average");

  /**
   * A file and its reader.
   *
   * @param name for messages
   * @param file a whole one
   * @param form what its reader can know
   * @param free fields in which anything may stand
   * @param reader throws what says that the file is damaged
   */
  record Target(String name, Path file, Form form, Set<String> free, Consumer<Path> reader) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Path HOME = Path.of(System.getProperty("stride.home"));
  private static final String TASK = "Hopper-v5";
  private static final int GOLDEN_LINES = 40;

  private static final Code CODE = Code.NONE.with("classes", "some");
  private static final Origin ORIGIN =
      new Origin("0123456789", false, CODE.digest(), CODE, MachineKind.of("some-cpu-2c"));
  private static final Machine MACHINE =
      new Machine(
          1,
          "Some CPU",
          "SomeVendor",
          25,
          1,
          0,
          2,
          1,
          "Linux",
          "JDK",
          List.of("-Xmx1g"),
          256,
          "4",
          null,
          "unknown",
          true,
          CODE.parts());

  private static final ObjectNode BASE =
      (ObjectNode) JsonText.tree(new Ppo().preset("tuned", Tasks.of(TASK)));
  private static final SortedMap<String, JsonNode> OPTIONS =
      new TreeMap<>(Map.of("target_kl", BASE.get("target_kl")));
  private static final Anchor START = new Anchor(20_000, 10, 0.5);
  private static final Interval ENDS = new Interval(1, 2);

  private final Path temp;
  private final List<Target> targets = new ArrayList<>();

  private FuzzTargets(Path temp) {
    this.temp = temp;
  }

  static List<Target> in(Path temp) throws IOException {
    var all = new FuzzTargets(temp);
    all.addRun();
    all.addJournal();
    all.addOptions();
    all.addLab();
    all.addResults();
    all.addResumed();
    all.addGolden();
    return all.targets;
  }

  private void add(String name, Path file, Form form, Consumer<Path> reader) {
    targets.add(new Target(name, file, form, FREE, reader));
  }

  private void addRun() {
    Path run = TinyRun.whole(temp.resolve("run"), 3);
    add("config.json", RunFolder.configFile(run), Form.JSON, _ -> RunSpec.ofRun(run));
    add("result.json", run.resolve("result.json"), Form.RECORDS, _ -> RunFolder.readResult(run));
    Path metrics = run.resolve("metrics.jsonl");
    add("metrics.jsonl, reported", metrics, Form.LINES, _ -> RunRecord.read(run));
    add("metrics.jsonl, listed", metrics, Form.LINES, _ -> RunRow.in(List.of(run)));
    add("metrics.jsonl, resumed", metrics, Form.LINES, file -> MetricsReader.cut(file, 2));
    add(
        "checkpoint",
        CheckpointStore.of(run).newest(),
        Form.SEALED,
        file -> Checkpoint.read(file).close());
  }

  /** What a run with a memory has beside all others, and what one that is changed in flight has. */
  private void addJournal() throws IOException {
    Path run = TinyRun.whole(TinyAlgorithm.DQN, temp.resolve("dqn"), 3);
    add(
        "rows of a journal",
        run.resolve("replay/rows-00000003.safetensors"),
        Form.SEALED,
        file -> Safetensors.read(file, 1).close());
    add("knobs.json", run.resolve("knobs.json"), Form.RECORDS, _ -> LiveFilesReader.knobs(run));
    String change =
        """
        {"schema_version":1,"iteration":2,"env_steps":32,"name":"epsilon","value":0.5}
        {"schema_version":1,"iteration":3,"env_steps":64,"name":"learning_rate","value":0.125}
        """;
    Path changes = Files.writeString(run.resolve("changes.jsonl"), change);
    add("changes.jsonl", changes, Form.LINES, _ -> LiveFilesReader.changes(run));
    String asked =
        """
        {"schema_version": 1, "id": "7-8", "values": {"epsilon": 0.5}, "save": true}
        """;
    Path request = Files.writeString(run.resolve("live.json"), asked);
    targets.add(
        new Target("live.json", request, Form.RECORDS, Set.of("values"), LiveFilesReader::request));
    String answered =
        """
        {"schema_version": 1, "id": "7-8", "iteration": 3, "refusal": null}
        """;
    Path answer = Files.writeString(run.resolve("live-answer.json"), answered);
    add("live-answer.json", answer, Form.RECORDS, LiveFilesReader::answer);
  }

  private void addOptions() throws IOException {
    Path config = Files.createDirectory(temp.resolve("options")).resolve("options.json");
    Files.copy(temp.resolve("run/config.json"), config);
    add("--config", config, Form.JSON, FuzzTargets::readOptions);
    Path space = Files.copy(HOME.resolve("docs/sweeps/space.json"), temp.resolve("space.json"));
    var sweep =
        (SweepCommand)
            Stride.commandLine()
                .parseArgs("sweep", TASK, "--space", space.toString())
                .subcommand()
                .commandSpec()
                .userObject();
    var rules = new TrainRules(sweep.options, TASK);
    add("--space", space, Form.JSON, file -> Space.read(file, rules));
    Path plan = copy("bench-results/ledger-plan.json");
    add("ledger-plan.json", plan, Form.RECORDS, LedgerPlan::read);
  }

  private static void readOptions(Path file) {
    ConfigFile read = ConfigFile.read(file);
    try {
      Task task = TaskOptions.with(Tasks.of(TASK), read.taskOptions());
      OptionValues<PpoOptions> values = OptionValues.preset(new Ppo(), Ppo.CLEANRL, task);
      read.options().forEach(values::set);
      new RunSpec<>(new Ppo(), task, 1, Ppo.CLEANRL, values.options());
    } catch (IllegalArgumentException e) { // an option out of range is named, not its file
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private Path copy(String file) throws IOException {
    Path from = HOME.resolve(file);
    return Files.copy(from, temp.resolve(from.getFileName()));
  }

  private <T> void addRecord(String name, Object value, Class<T> type) throws IOException {
    Path file = Files.writeString(temp.resolve(name), JsonText.file(value));
    add(name, file, Form.RECORDS, its -> JsonText.read(its, type));
  }

  /** Beside whose fields a later Stride may write others. */
  private <T> void addPart(String name, Object value, Class<T> type) throws IOException {
    Path file = Files.writeString(temp.resolve(name), JsonText.file(value));
    add(name, file, Form.RECORDS, its -> JsonObject.of(its, ResultsFolder.SCHEMA_VERSION).as(type));
  }

  private void addLab() throws IOException {
    add("ledger.json", copy("bench-results/ledger.json"), Form.RECORDS, f -> new Ledger(f).rows());
    add(
        "reference-returns.json",
        copy("peers/reference-returns.json"),
        Form.JSON,
        ReferenceReturns::read);
    addRecord("trial.json", trial(), TrialResult.class);
    addRecord("sweep.json", sweep(), SweepFile.class);
    addRecord("ablation.json", ablation(), AblationFile.class);
    addPart("algorithms.json", algorithms(), PeersResult.class);
  }

  /** What the baseline's peers.json has none of. */
  private static PeersResult algorithms() {
    var row =
        new AlgorithmRow(
            "dqn", "CartPole-v1", "stride", "Stride", 2, 90_000, 1.0, 1.0, 71.5, 120e6, 1.25);
    var leftOut = new AlgorithmRow.LeftOut("dqn", "CartPole-v1", "SBX", "it does not start");
    return new PeersResult(
        1,
        new PeersResult.Settings(null),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(row),
        List.of(leftOut),
        List.of(row),
        List.of(leftOut));
  }

  private static TrialResult trial() {
    var played = new TrialResult.Played(100, false, 1, 21.5, 3.0);
    return new TrialResult(
        1,
        "key",
        ORIGIN,
        TASK,
        1,
        2,
        1,
        0,
        null,
        640,
        "2026-01-31T00:00:00Z",
        1e4,
        20.0,
        null,
        played,
        "cdef",
        3,
        9);
  }

  private static SweepFile sweep() {
    var row = new SweepRow(1, 1, 640, 21.5, ENDS, List.of(21.0, 22.0), 0, null, OPTIONS, "key");
    return new SweepFile(
        1,
        new SweepPlan(TASK, BASE, BASE, "random", null, new Budget(4.0, null), List.of(1L, 2L), 1),
        ORIGIN,
        MACHINE,
        81.5,
        List.of(4, 2),
        new SweepResult(4, List.of(row), 1, OPTIONS, null, List.of(), List.of("a warning")));
  }

  private static AblationFile ablation() {
    var change =
        new AblationRow(
            OPTIONS,
            21.5,
            ENDS,
            List.of(21.0, 22.0),
            0,
            0.5,
            ENDS,
            0.5,
            0.5,
            0.5,
            ENDS,
            Verdict.NOT_SHOWN,
            "key");
    return new AblationFile(
        1,
        new AblationPlan(TASK, BASE, List.of(OPTIONS), List.of(1L, 2L)),
        ORIGIN,
        MACHINE,
        new AblationResult(
            new AblationResult.Base(21.5, ENDS, List.of(21.0, 22.0), 0, "key"),
            List.of(change),
            List.of(),
            List.of()));
  }

  /** A results folder with a little of everything, read as a report is made of it. */
  private void addResults() throws IOException {
    Path from = Results.locate(HOME.resolve("bench-results"), Results.BASELINE);
    Path folder = Files.createDirectory(temp.resolve("results"));
    List<String> some =
        List.of(
            "machine.json",
            "anchor.json",
            "jmh-UpdateBenchmark.json",
            "profile-" + TASK + ".json",
            "latency-rollout-" + TASK + ".hlog",
            "peers.json",
            "returns.json");
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        if (some.contains(file.getFileName().toString())) {
          Files.copy(file, folder.resolve(file.getFileName()));
        }
      }
    }
    Consumer<Path> report = _ -> Report.of(List.of(folder)).toHtml("Fuzz");
    for (String name : some) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      switch (name) {
        case "machine.json", "anchor.json" -> add(name, file, Form.RECORDS, report);
        default -> add(name, file, name.endsWith(".hlog") ? Form.LINES : Form.JSON, report);
      }
    }
  }

  /** What a bench run that goes on reads of its own revision: files with all fields. */
  private void addResumed() throws IOException {
    addPart(
        "plan.json",
        new BenchPlan(
            1, true, 5, List.of("GaeBenchmark.copy"), List.of("-p"), List.of(TASK), true, START),
        BenchPlan.class);
    addPart("profile.json", Profiles.of(TASK, 0.05), ProfileResult.class);
  }

  private void addGolden() throws IOException {
    Path whole = HOME.resolve("src/test/resources/golden/CartPole-v1.jsonl.gz");
    Path file = temp.resolve("CartPole-v1.jsonl.gz");
    try (var in = new GZIPInputStream(Files.newInputStream(whole));
        var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      String text = new String(in.readAllBytes(), UTF_8);
      for (String line : text.lines().limit(GOLDEN_LINES).toList()) {
        out.write((line + "\n").getBytes(UTF_8));
      }
    }
    add("golden", file, Form.GZIP, Alignment::replay);
  }
}
