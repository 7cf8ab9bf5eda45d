package stride.ppo;

import stride.memory.FloatSlab;

/** What tests look at and change between the stages of a backend, wherever it lies. */
public interface Insides {
  /** The sum of gradients of the last minibatch, before clipping: [P]. */
  float[] gradients();

  /** [T, N]. */
  float[] advantages();

  /** [T, N]. */
  float[] returns();

  /** Overwrites advantages and returns. */
  void set(float[] advantages, float[] returns);

  /** The sum of gradients of an update's last minibatch, before clipping: [P], live. */
  static FloatSlab gradients(Update update) {
    return update.gradients();
  }

  /** Those of a backend on the host. */
  static Insides of(TeamBackend backend) {
    return new Insides() {
      @Override
      public float[] gradients() {
        return backend.update().gradients().toArray();
      }

      @Override
      public float[] advantages() {
        return backend.gae().advantages().toArray();
      }

      @Override
      public float[] returns() {
        return backend.gae().returns().toArray();
      }

      @Override
      public void set(float[] advantages, float[] returns) {
        backend.gae().advantages().set(0, advantages);
        backend.gae().returns().set(0, returns);
      }
    };
  }
}
