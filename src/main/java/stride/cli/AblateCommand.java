package stride.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stride.lab.process.Build;
import stride.lab.sweep.Ablation;
import stride.lab.sweep.AblationFile;
import stride.lab.sweep.AblationPlan;
import stride.lab.trials.TrialSettings;
import stride.results.Machine;
import stride.train.ConfigFile;

/** What each option is worth. */
@Command(
    name = "ablate",
    description = {
      "Trains the base, which is what the train options after TASK say, and each single change of"
          + " it over the same seeds, and says what each change does to the return of the final"
          + " policy, played in a fresh process.",
      "Changed are, one at a time, the habits of the algorithm; of ppo: norm_obs, norm_reward,"
          + " norm_adv, gamma, max_grad_norm (no clip), clip_vloss, anneal_lr, orthogonal_init and"
          + " bootstrap_truncation; of a2c: the same but for clip_vloss and gamma, and vf_coef,"
          + " gae_lambda, ent_coef, optimizer and num_steps; of reinforce: baseline, norm_returns,"
          + " anneal_lr, orthogonal_init, gamma, episodes_per_update, learning_rate, ent_coef and"
          + " max_grad_norm; of dqn: double_q, dueling, prioritized_replay, n_step,"
          + " target_network_frequency, buffer_size, learning_rate, exploration_fraction and"
          + " epsilon_schedule; of qtable: buckets, learning_rate, anneal_lr, gamma,"
          + " exploration_fraction and epsilon_by; or what --change says.",
      "Leaves ablation.json and ablation.md. The same command goes on with an interrupted ablation;"
          + " finished trainings are never repeated."
    },
    footer = {
      "",
      "Example: stride ablate Hopper-v5 --preset cleanrl --seeds 10",
      "         stride ablate CartPole-v1 --change gamma=0.9 --change num_envs=32,num_steps=64"
    })
final class AblateCommand extends StudyCommand {
  private static final int USUAL_SEEDS = 5;
  private static final int LEAST_SEEDS = 2; // of an interval

  @Option(
      names = "--change",
      paramLabel = "OPTION=VALUE,...",
      description =
          "a change to try instead of the usual ones; may be repeated (default: those listed"
              + " above)")
  List<String> changes = List.of();

  @Override
  public Integer call() {
    TrialSettings settings = trials.settings();
    List<Long> given = seeds(USUAL_SEEDS, LEAST_SEEDS);
    var rules = new TrainRules(options, task);
    var plan = AblationPlan.of(task, changes(rules), given, rules);
    Machine machine = ThisMachine.of(common.err());
    Build build = build(machine);
    Path folder = folder("ablations");
    AblationFile found;
    try (var interrupt = new Interrupt()) {
      found =
          new Ablation(plan, rules, settings, build, machine, common.err(), interrupt.requested())
              .run(folder);
    }
    printWarnings(found.result().warnings());
    common.print(found, folder, found.text());
    return 0;
  }

  private List<Map<String, JsonNode>> changes(TrainRules rules) {
    if (changes.isEmpty()) {
      return options.algorithm().usualChanges(rules.resolve(Map.of()));
    }
    List<Map<String, JsonNode>> all = new ArrayList<>();
    for (String change : changes) {
      Map<String, String> texts = Changes.of("--change", List.of(change));
      ObjectNode config = ConfigFile.flat(rules.resolveTexts(texts));
      Map<String, JsonNode> values = new LinkedHashMap<>();
      texts.keySet().forEach(option -> values.put(option, config.get(option)));
      all.add(values);
    }
    return all;
  }
}
