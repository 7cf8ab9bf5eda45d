package stride.mujoco;

/** MuJoCo is missing, is another version, or raised an error; the message has its own text. */
public final class MujocoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MujocoException(String message) {
    super(message);
  }

  MujocoException(String message, Throwable cause) {
    super(message, cause);
  }
}
