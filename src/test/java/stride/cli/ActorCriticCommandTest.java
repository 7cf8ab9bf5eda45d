package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A2C and REINFORCE through the commands: what a user hears of options they cannot do with. */
class ActorCriticCommandTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a2c       | --state-dependent-std              | state_dependent_std=true, required: false for CartPole-v1, whose actions are choices without a deviation
          reinforce | --state-dependent-std              | state_dependent_std=true, required: false for CartPole-v1, whose actions are choices without a deviation
          ppo       | --state-dependent-std              | state_dependent_std=true, required: false for CartPole-v1, whose actions are choices without a deviation
          a2c       | --num-envs=1 --num-steps=1 --norm-adv | norm_adv=batch, required: none for num_envs * num_steps=1
          a2c       | --backend=cuda                     | backend=cuda, required: cpu or reference for algo=a2c
          reinforce | --backend=cuda                     | backend=cuda, required: cpu or reference for algo=reinforce
          a2c       | --clip-coef=0.2                    | a2c has no option clip_coef, only ppo
          a2c       | --episodes-per-update=2            | a2c has no option episodes_per_update, only reinforce
          reinforce | --shared-backbone                  | reinforce has no option shared_backbone, only ppo, a2c
          a2c       | --shared-backbone --hidden=[]      | shared_backbone=true, required: false without hidden layers
          reinforce | --gae-lambda=0.9                   | reinforce has no option gae_lambda, only ppo, a2c
          a2c       | --preset=classic                   | preset=classic, required: one of [tuned, sb3, cleanrl]
          reinforce | --preset=sb3                       | preset=sb3, required: one of [tuned, classic]
          a2c       | --steps-per-iteration=2147483647   | steps_per_iteration=2147483647, required: <= 2147483600, for num_envs * num_steps=80
          reinforce | --num-envs=1 --num-steps=10 --steps-per-iteration=2147483647 | steps_per_iteration=2147483647, required: <= 2147483640, for num_envs * num_steps=10
          reinforce | --num-envs=3000000                 | num_envs=3000000, required: fewer environments or episodes_per_update, for 1008 steps of each in the memory
          a2c       | --max-grad-norm=0                  | max_grad_norm=0.0, required: finite, > 0 or null
          a2c       | --optimizer=adm                    | optimizer=adm, required: one of [adam, rmsprop, sgd]
          """)
  void theImpossibleIsRefusedInOneLine(String algo, String flags, String message) {
    Path run = temp.resolve("run");
    List<String> args = new ArrayList<>(List.of("train", "CartPole-v1", "--algo", algo));
    args.addAll(List.of("--run-dir", run.toString(), "--threads", "1", "--warm-up", "0"));
    args.addAll(List.of(flags.split(" ")));
    assertThat(TinyRun.in(args).complaint(2)).startsWith("stride: " + message);
    assertThat(run).doesNotExist();
  }

  @Test
  void theyAreListed() throws IOException {
    assertThat(Outcome.of("info", "--json").json().get("algorithms"))
        .extracting(name -> name.textValue())
        .contains("a2c", "reinforce");
  }
}
