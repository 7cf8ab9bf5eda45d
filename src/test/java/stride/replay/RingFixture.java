package stride.replay;

import java.util.List;
import stride.collect.Actor;
import stride.env.EnvSpec;
import stride.env.FinishedEpisodes;
import stride.env.Shard;
import stride.env.Task;
import stride.memory.SlabAllocator;
import stride.parallel.Team;

/** A memory that random actions fill; closes all that it makes. */
final class RingFixture implements AutoCloseable {
  static final long SEED = 5;

  final ReplayMemory memory;
  final ReplayCollector collector;
  private final Team team;
  private final Team.Work work = this::work;
  private final List<FinishedEpisodes> finished;
  private int steps;

  RingFixture(Task task, int numEnvs, long bufferSize, int threads) {
    this.team = new Team(threads);
    this.memory = new ReplayMemory(task.spec(), numEnvs, bufferSize, SlabAllocator.PAGES);
    this.collector =
        new ReplayCollector(
            task,
            memory,
            team,
            SEED,
            /* numSteps= */ 16,
            /* clipActions= */ true,
            _ -> actor(task.spec()));
    this.finished = collector.shards().stream().map(Shard::finishedEpisodes).toList();
  }

  /** Where observations are frames, an actor that looks at them. */
  static Actor actor(EnvSpec spec) {
    return spec.frames()
        ? new SeeingActor(spec.inputElements(), spec.actionSpace())
        : new RandomActor(spec.actionSpace(), SEED);
  }

  /** Makes steps of every environment. */
  void collect(int newSteps) {
    steps = newSteps;
    team.run(work);
    memory.steps(memory.steps() + steps);
    for (int k = 0; k < finished.size(); k++) { // no iterator, which would be an allocation
      finished.get(k).clear();
    }
  }

  private void work(int member) {
    collector.begin(member);
    collector.collect(member, null, 0, memory.steps(), steps);
  }

  @Override
  public void close() {
    collector.close();
    memory.close();
    team.close();
  }
}
