package stride.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stride.files.JsonText;

/** What every command understands. */
final class CommonOptions {
  /** A command that has them. */
  interface Holder {
    CommonOptions common();
  }

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(names = "--json", description = "print one JSON object on one line of stdout")
  boolean json;

  @Option(names = "--debug", description = "show stack traces of errors")
  boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help and exit")
  boolean help;

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Beside JSON, which has them too, doubts are warnings; a text for a reader has its own. */
  void warn(List<String> doubts) {
    if (json) {
      doubts.forEach(doubt -> err().println("warning: " + doubt));
      err().flush();
    }
  }

  /** Prints the result of a command, in the form asked for. */
  void print(Object json, String text) {
    if (this.json) {
      out().println(JsonText.line(json));
    } else {
      out().print(text);
    }
    out().flush();
  }

  /** The same of what lies in a file or folder: its JSON says where. */
  void print(Object json, Path path, String text) {
    print(((ObjectNode) JsonText.tree(json)).put("path", path.toString()), text);
  }
}
