package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.IntSlab;

/** Computes the outcome of a step of a shard: rewards, which episodes ended, and why. */
final class StepOutcome {
  private static final byte NOT_FINITE = 2; // beside TaskRows.BAD

  private final int firstEnv;
  private final int numEnvs;
  private final int maxEpisodeSteps;
  private final Observations observations;
  private final DoubleSlab rewards; // [n]
  private final ByteSlab fallen; // [n] whether the task ends the episode
  private final ByteSlab bad; // [n] why the simulation is broken, 0 if it is not
  private final IntSlab ended; // [n] rows whose episode ended in the last step
  private final Episodes episodes;
  private final FinishedEpisodes finished;
  private final DivergenceLog messages = new DivergenceLog();
  private int endedCount;

  StepOutcome(
      Arena arena,
      int firstEnv,
      int numEnvs,
      int maxEpisodeSteps,
      int episodeCapacity,
      Observations observations) {
    this.firstEnv = firstEnv;
    this.numEnvs = numEnvs;
    this.maxEpisodeSteps = maxEpisodeSteps;
    this.observations = observations;
    this.rewards = DoubleSlab.allocate(arena, numEnvs);
    this.fallen = ByteSlab.allocate(arena, numEnvs);
    this.bad = ByteSlab.allocate(arena, numEnvs);
    this.ended = IntSlab.allocate(arena, numEnvs);
    this.episodes = new Episodes(arena, numEnvs);
    this.finished = new FinishedEpisodes(arena, episodeCapacity);
  }

  Episodes episodes() {
    return episodes;
  }

  FinishedEpisodes finished() {
    return finished;
  }

  DivergenceLog messages() {
    return messages;
  }

  DoubleSlab rewards() {
    return rewards;
  }

  /** How many episodes the last step ended, for whatever reason. */
  int endedCount() {
    return endedCount;
  }

  /** The row of the k-th of them. */
  int endedRow(int k) {
    return ended.get(k);
  }

  /** Computes the outcome of all rows, and writes rewards and flags from an element on. */
  void compute(TaskRows rows, long step, StepOutputs out, long at) {
    Objects.checkFromIndexSize(at, numEnvs, out.rewards().length());
    rows.reward(rewards, fallen);
    observations.read();
    rows.findBad(bad);
    observations.markNotFinite(bad, NOT_FINITE);
    final DoubleSlab scores = rows.scores(rewards);

    final MemorySegment outRewards = out.rewards().segment();
    final MemorySegment outTerminated = out.terminated().segment();
    final MemorySegment outTruncated = out.truncated().segment();
    final MemorySegment outDiverged = out.diverged().segment();
    endedCount = 0;
    for (int row = 0; row < numEnvs; row++) {
      final boolean diverged = bad.get(row) != 0 || !Float.isFinite((float) rewards.get(row));
      final double reward = diverged ? 0 : rewards.get(row);
      final int length = episodes.step(row, diverged ? 0 : scores.get(row));
      final boolean terminated = !diverged && fallen.get(row) != 0;
      final boolean truncated = !diverged && !terminated && length >= maxEpisodeSteps;
      outRewards.set(JAVA_FLOAT, 4 * (at + row), (float) reward);
      outTerminated.set(JAVA_BYTE, at + row, flag(terminated));
      outTruncated.set(JAVA_BYTE, at + row, flag(truncated));
      outDiverged.set(JAVA_BYTE, at + row, flag(diverged));
      if (terminated || truncated) {
        end(row, step);
      } else if (diverged) {
        diverge(rows, row, step);
      }
    }
  }

  private static byte flag(boolean set) {
    return (byte) (set ? 1 : 0);
  }

  private void end(int row, long step) {
    ended.set(endedCount++, row);
    observations.keepTerminal(row);
    finished.add(episodes.episodeReturn(row), episodes.length(row), firstEnv + row, step);
  }

  private void diverge(TaskRows rows, int row, long step) {
    ended.set(endedCount++, row);
    episodes.diverged(row);
    messages.add("environment " + (firstEnv + row) + ", step " + step + ": " + cause(rows, row));
    rewards.set(row, 0);
  }

  private String cause(TaskRows rows, int row) {
    return switch (bad.get(row)) {
      case TaskRows.BAD -> rows.failure(row);
      case NOT_FINITE -> observations.notFinite(row);
      default -> "the reward is " + (float) rewards.get(row);
    };
  }
}
