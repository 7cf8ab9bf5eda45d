package stride.env;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/** The newest messages about broken simulations, kept until they are taken. */
final class DivergenceLog {
  /** Many simulations can break at once for the same reason. */
  static final int KEPT = 64;

  private final ArrayDeque<String> messages = new ArrayDeque<>();
  private long dropped;

  void add(String message) {
    if (messages.size() == KEPT) {
      messages.removeFirst();
      dropped++;
    }
    messages.addLast(message);
  }

  void take(Consumer<String> log) {
    if (dropped > 0) {
      log.accept(dropped + " older messages dropped");
      dropped = 0;
    }
    while (!messages.isEmpty()) {
      log.accept(messages.removeFirst());
    }
  }
}
