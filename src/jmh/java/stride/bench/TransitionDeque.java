package stride.bench;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A replay memory as it is often written: a queue of transition objects, from which a batch is put
 * together row by row in new arrays. Belongs to one thread.
 */
final class TransitionDeque {
  /** A transition; the arrays are its own. */
  record Transition(
      float[] observation, int action, float reward, float[] nextObservation, float discount) {}

  /** A batch: rows of what transitions have. */
  record Batch(
      float[] observations,
      int[] actions,
      float[] rewards,
      float[] nextObservations,
      float[] discounts) {}

  private final int capacity;
  private final Deque<Transition> transitions = new ArrayDeque<>();

  TransitionDeque(int capacity) {
    this.capacity = capacity;
  }

  void add(Transition transition) {
    if (transitions.size() == capacity) {
      transitions.removeFirst();
    }
    transitions.addLast(transition);
  }

  int size() {
    return transitions.size();
  }

  /**
   * Copies transitions. A queue has no index, so that all of them are listed first.
   *
   * @param indices of the transitions, the oldest being 0
   */
  Batch batch(int[] indices) {
    final Transition[] all = transitions.toArray(new Transition[0]);
    final int rows = indices.length;
    final int elements = all[0].observation.length;
    final var batch =
        new Batch(
            new float[rows * elements],
            new int[rows],
            new float[rows],
            new float[rows * elements],
            new float[rows]);
    for (int k = 0; k < rows; k++) {
      final Transition row = all[indices[k]];
      System.arraycopy(row.observation, 0, batch.observations, k * elements, elements);
      System.arraycopy(row.nextObservation, 0, batch.nextObservations, k * elements, elements);
      batch.actions[k] = row.action;
      batch.rewards[k] = row.reward;
      batch.discounts[k] = row.discount;
    }
    return batch;
  }
}
