package stride.lab.profile;

import java.util.ArrayList;
import java.util.List;
import stride.env.ReplayTape;
import stride.env.Shard;
import stride.lab.LabException;
import stride.mujoco.Model;
import stride.mujoco.Replay;
import stride.mujoco.Tape;
import stride.parallel.Partition;
import stride.parallel.Team;

/**
 * The limit of a rollout: bare {@code mj_step} in C over its very actions and resets, on the same
 * threads.
 *
 * <p>Record, collect a rollout, replay. That the replay ends in the same states, in every bit,
 * proves that it did the same physics. Driven by the thread that drives the rollout.
 */
public final class Limit implements AutoCloseable {
  /** What one member of the team replays at a time: simulations [from, to) of a tape. */
  private record Slice(int member, ReplayTape tape, int from, int to, Replay replay) {}

  private final Team team;
  private final List<Shard> shards;
  private final List<ReplayTape> tapes = new ArrayList<>();
  private final List<Slice> parts = new ArrayList<>();
  private final int[] different; // a part's count, 16 apart
  private Model model;

  /**
   * Makes tapes and simulations for the shards of a rollout.
   *
   * @param team that steps them
   * @param shards of a MuJoCo task: one for each working member, or fewer or more, whose
   *     simulations the members then share as the threads of the shards' own simulators do; they
   *     stay the caller's, who closes them after this object
   * @param horizon env steps that each environment makes in a rollout
   * @throws IllegalArgumentException if the task does not run on MuJoCo
   */
  public Limit(Team team, List<Shard> shards, int horizon) {
    this.team = team;
    this.shards = shards;
    try {
      for (Shard shard : shards) {
        tapes.add(shard.tape(horizon, horizon * shard.numEnvs()));
      }
      model = Model.load(tapes.getFirst().modelFile());
      int simulations = tapes.stream().mapToInt(ReplayTape::simulations).sum();
      boolean oneEach = tapes.size() == Math.min(team.size(), simulations);
      for (int k = 0; k < tapes.size(); k++) {
        if (oneEach) {
          addPart(k, tapes.get(k), 0, tapes.get(k).simulations());
        } else {
          share(tapes.get(k));
        }
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    this.different = new int[16 * parts.size()];
  }

  /** Deals a tape's simulations to the members. */
  private void share(ReplayTape tape) {
    int members = Math.min(team.size(), tape.simulations());
    for (int member = 0; member < members; member++) {
      addPart(
          member,
          tape,
          Partition.start(tape.simulations(), member, members),
          Partition.start(tape.simulations(), member + 1, members));
    }
  }

  private void addPart(int member, ReplayTape tape, int from, int to) {
    parts.add(new Slice(member, tape, from, to, new Replay(model, to - from)));
  }

  /**
   * Records the next rollout: the next {@code horizon} steps of the shards, which the caller makes.
   *
   * @throws IllegalStateException if the shards have not begun their first episodes, or the last
   *     recording has not ended
   */
  public void record() {
    for (int k = 0; k < shards.size(); k++) {
      shards.get(k).record(tapes.get(k));
    }
  }

  /**
   * Replays the recorded rollout, as often as wanted: the same work each time.
   *
   * @param form how C holds the simulations
   * @throws IllegalStateException if the shards have not made all the steps to be recorded
   * @throws LabException if a simulation ended in another state than the rollout's
   */
  public void replay(Replay.Form form) {
    for (int k = 0; k < tapes.size(); k++) {
      if (!tapes.get(k).isFinished()) {
        throw new IllegalStateException(
            "a recording has not ended: step the shards for the whole horizon before a replay");
      }
    }
    team.run(
        member -> {
          for (int k = 0; k < parts.size(); k++) {
            Slice part = parts.get(k);
            if (part.member() == member) {
              different[16 * k] =
                  part.replay().run(segments(part.tape()), form, part.from(), part.to());
            }
          }
        });
    int sum = 0;
    for (int k = 0; k < parts.size(); k++) {
      sum += different[16 * k];
    }
    if (sum > 0) {
      throw new LabException(
          "the C replay ended elsewhere in " + sum + " simulations: it is not the same physics");
    }
  }

  /** What the shards recorded last, one tape each. */
  List<ReplayTape> tapes() {
    return tapes;
  }

  private static Tape segments(ReplayTape tape) {
    return new Tape(
        tape.first().segment(),
        tape.last().segment(),
        tape.controls().segment(),
        tape.resets().segment(),
        tape.fresh().segment(),
        tape.simulations(),
        tape.horizon(),
        tape.frameSkip());
  }

  @Override
  public void close() {
    parts.forEach(part -> part.replay().close());
    tapes.forEach(ReplayTape::close);
    if (model != null) {
      model.close();
    }
  }
}
