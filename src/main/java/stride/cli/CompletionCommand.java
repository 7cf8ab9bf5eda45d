package stride.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A completion script for bash. */
@Command(
    name = "completion",
    description = {
      "Prints a script that makes bash complete commands, options, their words and tasks.",
      "In a shell: source <(./stride completion)"
    },
    footer = {"", "Example: stride completion > ~/.local/share/bash-completion/completions/stride"})
final class CompletionCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash("stride", common.spec.root().commandLine());
    common.print(Map.of("script", script), script);
    return 0;
  }
}
