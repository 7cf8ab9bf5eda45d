package stride.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import stride.env.Nearest;
import stride.env.Tasks;

/**
 * Looks at the words before they are parsed. What is misspelt is refused by itself, with the
 * nearest name, and never taken for the value of the option before it; CleanRL's spellings become
 * those of Stride.
 */
final class StrideCommandLine extends CommandLine {
  private static final Pattern OPTION = Pattern.compile("--[A-Za-z].*");

  /** Options of CleanRL's scripts that stand for nothing here, and why. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "--track", "every run keeps TensorBoard event files in its folder",
          "--cuda", "the GPU is chosen by --backend cuda",
          "--torch-deterministic", "every run is deterministic",
          "--exp-name", "a run's folder is named by --run-dir",
          "--capture-video", "runs keep no videos");

  StrideCommandLine(Object command) {
    super(command);
  }

  @Override
  public ParseResult parseArgs(String... args) {
    return super.parseArgs(new Words(args).checked().toArray(String[]::new));
  }

  /** One command line on its way. */
  private final class Words {
    private final String[] args;
    private final List<String> checked = new ArrayList<>();
    private CommandLine command = StrideCommandLine.this;
    private int next;

    Words(String[] args) {
      this.args = args;
    }

    List<String> checked() {
      while (next < args.length) {
        String word = args[next++];
        if (word.equals("--")) {
          checked.add(word);
          checked.addAll(List.of(args).subList(next, args.length));
          break;
        }
        if (OPTION.matcher(word).matches()) {
          option(word);
        } else {
          checked.add(word);
          enter(word);
        }
      }
      return checked;
    }

    /** The first word is a command, and help's first as well. */
    private void enter(String word) {
      Map<String, CommandLine> commands = getSubcommands();
      boolean names =
          command.equals(StrideCommandLine.this) || command.equals(commands.get("help"));
      if (!names || word.startsWith("-")) {
        return;
      }
      if (!commands.containsKey(word)) {
        throw unknown("command", word, commands.keySet());
      }
      command = commands.get(word);
    }

    private void option(String word) {
      int equals = word.indexOf('=');
      String name = (equals < 0 ? word : word.substring(0, equals)).replace('_', '-');
      String value = equals < 0 ? null : word.substring(equals + 1);
      OptionSpec option = command.getCommandSpec().findOption(name);
      if (option != null) {
        add(option, name, value);
        return;
      }
      OptionSpec negated =
          name.startsWith("--no-")
              ? command.getCommandSpec().findOption("--" + name.substring("--no-".length()))
              : null;
      if (negated != null && isSwitch(negated) && value == null) {
        checked.add(negated.longestName() + "=false");
      } else if (name.equals("--env-id") && takesTask()) {
        checked.add(value != null ? value : valueOf(name));
      } else {
        throw unknown("option", name, command.getCommandSpec().optionsMap().keySet());
      }
    }

    private void add(OptionSpec option, String name, String value) {
      if (value != null) {
        checked.add(name + "=" + value);
      } else if (isSwitch(option)) {
        checked.add(name + "=" + (isFollowedByItsValue() ? args[next++] : "true"));
      } else {
        checked.add(name);
        if (option.arity().min() > 0) {
          checked.add(valueOf(name));
        }
      }
    }

    /** What follows the option, which is no option itself. */
    private String valueOf(String name) {
      if (next == args.length || args[next].equals("--")) {
        throw new ParameterException(command, name + " needs a value");
      }
      String value = args[next];
      if (OPTION.matcher(value).matches()) {
        next++;
        option(value); // throws if it is misspelt: the better message
        throw new ParameterException(command, name + " needs a value, got " + value);
      }
      next++;
      return value;
    }

    /** One that may stand for itself, or with true or false. */
    private boolean isSwitch(OptionSpec option) {
      return option.arity().min() == 0 && option.arity().max() == 1;
    }

    private boolean isFollowedByItsValue() {
      return next < args.length && !args[next].startsWith("-") && !Tasks.contains(args[next]);
    }

    private boolean takesTask() {
      return command.getCommandSpec().positionalParameters().stream()
          .anyMatch(parameter -> parameter.paramLabel().equals("TASK"));
    }

    private ParameterException unknown(String kind, String word, Set<String> known) {
      String elsewhere = ELSEWHERE.get(word);
      List<String> nearest = Nearest.of(word, known);
      String advice =
          elsewhere != null
              ? ": " + elsewhere
              : nearest.isEmpty() ? "" : ", did you mean " + String.join(" or ", nearest) + "?";
      return new ParameterException(command, "unknown " + kind + " " + word + advice);
    }
  }
}
