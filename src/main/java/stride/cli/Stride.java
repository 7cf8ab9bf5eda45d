package stride.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import stride.lab.process.StoppedException;

/** The {@code stride} command. */
@Command(
    name = "stride",
    description =
        "Reinforcement-learning throughput lab: MuJoCo from Java at the speed of mj_step.",
    subcommands = {
      InfoCommand.class,
      KernelsCommand.class,
      TrainCommand.class,
      SetCommand.class,
      RunsCommand.class,
      EvalCommand.class,
      ExportCommand.class,
      ProfileCommand.class,
      BenchCommand.class,
      CompareCommand.class,
      VerifyCommand.class,
      LedgerCommand.class,
      SweepCommand.class,
      AblateCommand.class,
      ReportCommand.class,
      AlignCommand.class,
      ReadmeCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class
    },
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: stride profile Hopper-v5 --envs 1,8,64 --threads 1,2"})
public final class Stride implements CommandLines {
  private static final int HELP_WIDTH = 100;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help and exit")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "show version, commit and JDK, and exit")
  boolean version;

  private Stride() {}

  @Override
  public CommandLine another() {
    return commandLine();
  }

  /**
   * Runs one command and ends the process with its exit code: 0 done, 1 failed, 2 bad usage; 130,
   * 143 or 129 if Ctrl-C, TERM or HUP ended it before it was done.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT); // figures with a decimal point
    ParentWatch.begin();
    Interrupt.exit(commandLine().execute(args));
  }

  /**
   * The command line, for tests and for {@link #main}.
   *
   * @return a command line whose handlers print one-line errors
   */
  static CommandLine commandLine() {
    var commandLine = new StrideCommandLine(new Stride());
    commandLine.setExpandAtFiles(false); // a word that begins with @ is a word
    commandLine.setUsageHelpWidth(HELP_WIDTH);
    Numbers.register(commandLine);
    // straight on System.out, which tells whether a write has failed
    commandLine.setOut(new PrintWriter(System.out, true, System.out.charset()));
    commandLine.setParameterExceptionHandler(Stride::badUsage);
    commandLine.setExecutionStrategy(Stride::runCommand);
    commandLine.setExecutionExceptionHandler(
        (exception, command, result) -> failed(exception, command));
    for (String beginsRuns : List.of("train", "kernels", "verify", "sweep", "ablate")) {
      RunOptions.addFlags(commandLine.getSubcommands().get(beginsRuns).getCommandSpec());
    }
    CommandLine help = commandLine.getSubcommands().get("help");
    help.getCommandSpec().usageMessage().footer("", "Example: stride help profile");
    return commandLine;
  }

  /** Runs the last command named; errors too, such as too little memory, are failures of it. */
  private static int runCommand(ParseResult parsed) {
    CommandLine command = parsed.asCommandLineList().getLast();
    int exitCode;
    try {
      exitCode = new CommandLine.RunLast().execute(parsed);
    } catch (Error e) {
      exitCode = failed(e, command);
    }
    if (command.getOut().checkError() && exitCode != Interrupt.STOPPED) {
      Errors.print(
          command.getErr(), "cannot write stdout: its disk is full, or nobody reads it any more");
      return CommandLine.ExitCode.SOFTWARE;
    }
    return exitCode;
  }

  private static int badUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    if (args.length == 0) {
      command.usage(command.getOut());
      return CommandLine.ExitCode.USAGE;
    }
    Errors.print(command.getErr(), e.getMessage());
    command.getErr().println("try: " + command.getCommandSpec().qualifiedName() + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Throwable e, CommandLine command) {
    if (e instanceof IllegalArgumentException) {
      Errors.print(command.getErr(), e.getMessage());
      Errors.printTraceIfAsked(command, e);
      return CommandLine.ExitCode.USAGE;
    }
    Errors.print(command.getErr(), Errors.oneLine(e));
    Errors.printTraceIfAsked(command, e);
    return e instanceof StoppedException ? Interrupt.STOPPED : CommandLine.ExitCode.SOFTWARE;
  }
}
