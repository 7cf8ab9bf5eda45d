package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.cuda.CudaInfo;
import stride.files.JsonText;
import stride.home.Home;
import stride.lab.process.CommandText;

/** Verdicts go into the ledger, one by one or by a list of them. */
@Tag("processes")
class LedgerCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path once; // what one test has trained the next one finds
  @TempDir Path temp;

  private Path ledger;
  private Path plan;

  @BeforeEach
  void place() {
    ledger = temp.resolve("ledger.json");
    plan = temp.resolve("plan.json");
  }

  private static List<String> verify(String... more) {
    List<String> args =
        new ArrayList<>(List.of("verify", "CartPole-v1", "--trials", once.toString()));
    args.addAll(List.of("--backend", "reference", "--num-envs", "2", "--num-steps", "16"));
    args.addAll(List.of("--num-minibatches", "1", "--update-epochs", "1", "--hidden", "8"));
    args.addAll(List.of("--total-timesteps", "1600", "--seeds", "2"));
    args.addAll(List.of("--reference", "stepping=lockstep"));
    args.addAll(List.of(more));
    return args;
  }

  private Outcome ledger(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("ledger", "--plan", plan.toString(), "--ledger", ledger.toString()));
    args.addAll(List.of(more));
    return TinyRun.in(args);
  }

  private void plan(Object... rows) throws IOException {
    Files.writeString(plan, JsonText.file(Map.of("schema_version", 1, "rows", List.of(rows))));
  }

  private static Map<String, Object> entry(String name, String command, boolean gpu) {
    return Map.of("name", name, "command", command, "gpu", gpu, "minutes", 3);
  }

  private static String command() {
    return CommandText.of(verify());
  }

  private List<JsonNode> rows() throws IOException {
    return JSON.readTree(ledger.toFile()).get("rows").valueStream().toList();
  }

  @Test
  void verifyAddsARowThatSaysHowItCameToBe() throws IOException {
    List<String> args = verify("--ledger", ledger.toString(), "--json");
    JsonNode json = TinyRun.in(args).json();
    TinyRun.in(verify("--ledger", ledger.toString(), "--name", "it's mine"));
    assertThat(rows()).hasSize(2);
    JsonNode row = rows().getFirst();
    assertThat(row.get("name").textValue()).isEqualTo("stepping lockstep -> sharded");
    assertThat(row.get("task").textValue()).isEqualTo("CartPole-v1");
    assertThat(row.get("verdict").textValue()).isEqualTo("identical");
    for (String same :
        List.of("speed_ratio", "speed_ratio_ci95", "differences", "seeds", "origin")) {
      assertThat(row.get(same)).as(same).isEqualTo(json.get(same));
    }
    assertThat(row.get("env_steps").longValue()).isEqualTo(4 * 1600);
    assertThat(row.get("command").textValue())
        .as("no word of where things lie")
        .isEqualTo(
            "stride verify CartPole-v1 --backend reference --num-envs 2 --num-steps 16"
                + " --num-minibatches 1 --update-epochs 1 --hidden 8 --total-timesteps 1600"
                + " --seeds 2 --reference stepping=lockstep");
    assertThat(row.get("date").textValue()).matches("\\d{4}-\\d\\d-\\d\\d");
    assertThat(rows().getLast().get("name").textValue()).isEqualTo("it's mine");
    assertThat(rows().getLast().get("command")).isEqualTo(row.get("command"));
  }

  @Test
  void aDamagedLedgerIsRefusedBeforeAnythingIsTrained() throws IOException {
    Files.writeString(ledger, "{\"schema_version\": 1, \"rows\": [");
    Path root = temp.resolve("trials");
    List<String> args = verify("--ledger", ledger.toString());
    args.set(args.indexOf(once.toString()), root.toString());
    assertThat(TinyRun.in(args).complaint(1)).startsWith("stride: " + ledger + ": not JSON");
    assertThat(root).doesNotExist();
    assertThat(ledger).content().isEqualTo("{\"schema_version\": 1, \"rows\": [");
  }

  @Test
  void aRowIsOfOneMachine() {
    assertThat(TinyRun.in(verify("--mixed", "--ledger", ledger.toString())).complaint(2))
        .contains("--mixed and --ledger: a row is of one machine");
  }

  @Test
  void aPlanIsOfSwitches() throws IOException {
    plan(entry("first", command() + " --against HEAD~1", false));
    assertThat(ledger("--estimate").complaint(2))
        .contains("first: a plan's rows are of switches: no --against, --mixed or --ledger");
  }

  @Test
  void aNameThatWouldBreakTheTableIsRefused() {
    assertThat(TinyRun.in(verify("--name", "a|b")).complaint(2)).contains("--name=a|b, required: ");
  }

  @Test
  void aPlanIsDoneOnceForTheSameCode() throws IOException {
    plan(entry("first", command(), false));
    Outcome estimate = ledger("--estimate");
    assertThat(estimate.exitCode()).as(estimate.err()).isZero();
    assertThat(estimate.err())
        .contains("first, CartPole-v1: about 3.0 min", "1 to verify, about 3 min");
    assertThat(ledger).doesNotExist();

    Outcome outcome = ledger();
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("identical: every pair");
    assertThat(outcome.out()).isEqualTo("first, CartPole-v1: identical\n");
    assertThat(rows()).hasSize(1);
    assertThat(rows().getFirst().get("command").textValue()).isEqualTo(command());

    Outcome again = ledger("--json");
    assertThat(again.json().get("rows")).hasSize(1);
    assertThat(again.err())
        .contains("first, CartPole-v1: verified for this code on ", ": identical", "0 to verify");
  }

  @Test
  void whatNeedsAGpuIsLeftOutWhereThereIsNone() throws IOException {
    plan(entry("first", command(), false), entry("on a card", command(), true));
    boolean gpu = CudaInfo.gpu().isPresent(); // or its emulation
    assertThat(ledger("--estimate").err())
        .contains(
            gpu
                ? "on a card, CartPole-v1: about 3.0 min"
                : "on a card, CartPole-v1: left out, there is no GPU")
        .contains((gpu ? 2 : 1) + " to verify");
  }

  @Test
  void rowsOfOtherCodeAreVerifiedAgainAndTellHowLongItTakes() throws IOException {
    plan(entry("first", command(), false));
    assertThat(ledger().exitCode()).isZero();
    ObjectNode file = (ObjectNode) JSON.readTree(ledger.toFile());
    ObjectNode row = (ObjectNode) file.at("/rows/0");
    ((ObjectNode) row.get("origin")).put("code", "0123456789abcdef").put("commit", "0123456789");
    row.put("seconds", 600.0 * Runtime.getRuntime().availableProcessors());
    Files.writeString(ledger, JsonText.file(file));
    Outcome outcome = ledger();
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("first, CartPole-v1: about 10.0 min");
    assertThat(rows()).hasSize(2);
  }

  @Test
  void whatWasWorseStaysWorse() throws IOException {
    plan(entry("first", command(), false));
    assertThat(ledger().exitCode()).isZero();
    ObjectNode file = (ObjectNode) JSON.readTree(ledger.toFile());
    ((ObjectNode) file.at("/rows/0")).put("verdict", "worse");
    Files.writeString(ledger, JsonText.file(file));
    assertThat(ledger("--estimate").exitCode()).isZero();
    Outcome outcome = ledger();
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).isEqualTo("first, CartPole-v1: worse\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stride verify CartPole-v1 --frobnicate | unknown option --frobnicate",
        "stride verify CartPole-v1 --candidate gama=1 | unknown option gama, did you mean gamma?",
        "stride verify CartPole-v1 --threads 0 | --threads=0, required: ",
        "stride info | command=stride info, required: stride verify ",
        "verify CartPole-v1 | command=verify CartPole-v1, required: stride verify",
      })
  void aCommandThatIsImpossibleIsRefusedBeforeAnythingIsTrained(String command, String complaint)
      throws IOException {
    plan(entry("first", command(), false), entry("second", command, false));
    Outcome outcome = ledger();
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(2);
    assertThat(outcome.err()).contains("stride: " + plan + ": second: " + complaint);
    outcome.assertNoTrace();
    assertThat(ledger).doesNotExist();
  }

  @Test
  void theCommittedPlanIsPossible() throws IOException {
    Path committed = Home.folder().resolve("bench-results/ledger-plan.json");
    Outcome outcome =
        TinyRun.in(List.of("ledger", "--estimate", "--ledger", ledger.toString(), "--json"));
    assertThat(outcome.json().get("rows")).isEmpty();
    for (LedgerPlan.Entry entry : LedgerPlan.read(committed).rows()) {
      assertThat(outcome.err()).contains(entry.name() + ", ");
      String again = CommandText.of(List.of(entry.command().split(" ")));
      assertThat(again).isEqualTo("stride " + entry.command());
    }
  }
}
