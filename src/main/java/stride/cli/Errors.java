package stride.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** How failures are shown: one line, and the stack trace only if asked for. */
final class Errors {
  private Errors() {}

  static void print(PrintWriter err, String message) {
    err.println("stride: " + String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", "; "));
  }

  /** The message, or for exceptions that have none or a meaningless one also the type. */
  static String oneLine(Throwable t) {
    String message = t.getMessage();
    if (message == null || message.isBlank()) {
      return t.getClass().getSimpleName();
    }
    if (t instanceof OutOfMemoryError) {
      return "out of memory: " + message;
    }
    boolean ours = t.getClass().getName().startsWith("stride.");
    return ours ? message : t.getClass().getSimpleName() + ": " + message;
  }

  static void printTraceIfAsked(CommandLine command, Throwable t) {
    if (command.getCommand() instanceof CommonOptions.Holder holder) {
      printTraceIfAsked(holder.common(), t);
    }
  }

  static void printTraceIfAsked(CommonOptions common, Throwable t) {
    if (common.debug) {
      t.printStackTrace(common.err());
    }
  }
}
