package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.Tasks;
import stride.memory.FreeMemory;
import stride.replay.ReplayMemory;

/** DQN through the commands: what a user hears of options that it cannot do with. */
class DqnCommandTest {
  @TempDir Path temp;

  private void assertRefused(String task, String flags, String message) {
    Path run = temp.resolve("run");
    List<String> args = new ArrayList<>(List.of("train", task, "--algo", "dqn"));
    args.addAll(List.of("--run-dir", run.toString(), "--threads", "1", "--warm-up", "0"));
    args.addAll(List.of("--preset", "cleanrl"));
    if (flags != null) {
      args.addAll(List.of(flags.split(" ")));
    }
    assertThat(TinyRun.in(args).complaint(2)).startsWith("stride: " + message);
    assertThat(run).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Hopper-v5   |                                  | dqn needs discrete actions, Hopper-v5 has real ones
          CartPole-v1 | --buffer-size=127                | buffer_size=127, required: >= 128, for batch_size=128, n_step=1, num_envs=1
          CartPole-v1 | --buffer-size=128 --n-step=129   | buffer_size=128, required: >= 129, for batch_size=128, n_step=129, num_envs=1
          CartPole-v1 | --buffer-size=0                  | buffer_size=0, required: >= 1
          CartPole-v1 | --buffer-size=2147483647         | buffer_size=2147483647, required: in [1, 2147483645]
          CartPole-v1 | --num-envs=3                     | train_frequency=10, required: a multiple of num_envs=3
          CartPole-v1 | --learning-starts=0 --n-step=20  | learning_starts=0, required: >= n_step * num_envs=20
          CartPole-v1 | --steps-per-iteration=2147483647 | steps_per_iteration=2147483647, required: <= 2147483640, for train_frequency=10
          CartPole-v1 | --gamma=NaN                      | gamma="NaN", required: number
          CartPole-v1 | --learning-rate=Infinity         | learning_rate="Infinity", required: number
          CartPole-v1 | --learning-rate=1e400            | learning_rate=Infinity, required: finite, >= 0
          CartPole-v1 | --start-e=-Infinity              | start_e="-Infinity", required: number
          CartPole-v1 | --max-grad-norm=NaN              | max_grad_norm="NaN", required: number or null
          CartPole-v1 | --tau=0                          | tau=0.0, required: in (0, 1]
          CartPole-v1 | --end-e=0.9 --start-e=0.5        | end_e=0.9, required: <= start_e=0.5
          CartPole-v1 | --prioritized-replay=maybe       | prioritized_replay="maybe", required: true or false
          CartPole-v1 | --backend=cuda                   | backend=cuda, required: cpu or reference for algo=dqn
          CartPole-v1 | --clip-coef=0.2                  | dqn has no option clip_coef, only ppo
          CartPole-v1 | --buckets=1,1,6,6                | dqn has no option buckets, only qtable
          CartPole-v1 | --bufer-size=1000                | unknown option --bufer-size, did you mean --buffer-size?
          CartPole-v1 | --set bufer_size=1000            | unknown option bufer_size, did you mean buffer_size?
          CartPole-v1 | --hidden=16,0                    | hidden=[16, 0], required: integers, each >= 1
          """)
  void theImpossibleIsRefusedInOneLine(String task, String flags, String message) {
    assertRefused(task, flags, message);
  }

  @Test
  void aMemoryBeyondTheMachinesIsRefusedWithBothNumbers() {
    final long size = 2_000_000_000;
    final long bytes = ReplayMemory.bytes(Tasks.of("CartPole-v1").spec(), 1, size);
    assumeTrue(bytes > FreeMemory.bytes(), "there is memory for the largest ring");
    assertRefused(
        "CartPole-v1", "--buffer-size=" + size, "buffer_size=2000000000 takes 56.06 GB, free are ");
  }
}
