package stride.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import stride.algo.Algorithm;
import stride.algo.Algorithms;
import stride.algo.OptionTypes;
import stride.env.TaskOptions;
import stride.lab.pages.MeasuredPage;
import stride.options.DescribedOption;
import stride.results.Table;

/** docs/options.md: the options of all commands, from what their help is made of. */
final class OptionsPage extends MeasuredPage {
  private final CommandLine commandLine;

  /** Of the root command. */
  OptionsPage(Path root, CommandLine commandLine) {
    super(root.resolve("docs/options.md"));
    this.commandLine = commandLine;
  }

  @Override
  protected String updated(String text) {
    return withMeasured(text, "options", taskOptions() + "\n" + trainOptions() + "\n" + commands());
  }

  private static String taskOptions() {
    var table = new Table("flag", "in JSON", "meaning", "values", "default", "tasks");
    TaskOptions.all()
        .forEach(
            (option, tasks) ->
                table.add(
                    Stream.concat(
                            Stream.of(described(option)),
                            Stream.of(OptionTexts.taskDefault(option), String.join(", ", tasks)))
                        .map(OptionsPage::cell)
                        .toArray(String[]::new)));
    return """
        ## Options of tasks

        In config.json they stand in `task_options`.

        %s"""
        .formatted(markdown(table));
  }

  private static String[] described(DescribedOption option) {
    String name = option.name();
    return new String[] {
      "`" + OptionTexts.flag(name) + "`", "`" + name + "`", option.sentence(), option.range()
    };
  }

  private static String trainOptions() {
    return Algorithms.all().stream()
        .map(OptionsPage::trainOptions)
        .collect(Collectors.joining("\n"));
  }

  private static String trainOptions(Algorithm<?> algorithm) {
    var text = new StringBuilder("## Train options of %s\n".formatted(algorithm.name()));
    OptionTexts.grouped(OptionTypes.of(algorithm).all())
        .forEach(
            (group, options) ->
                text.append(
                    "%n### %s%n%n%s"
                        .formatted(group.heading(), markdown(table(algorithm, options)))));
    return text.toString();
  }

  private static Table table(Algorithm<?> algorithm, List<DescribedOption> options) {
    List<String> heads = new ArrayList<>(List.of("flag", "in JSON", "meaning", "values"));
    heads.addAll(algorithm.presets());
    var table = new Table(heads.toArray(String[]::new));
    for (DescribedOption option : options) {
      List<String> cells = new ArrayList<>(List.of(described(option)));
      algorithm
          .presets()
          .forEach(preset -> cells.add(OptionTexts.defaults(algorithm, preset, option.name())));
      table.add(cells.stream().map(OptionsPage::cell).toArray(String[]::new));
    }
    return table;
  }

  private String commands() {
    Map<String, CommandLine> commands = commandLine.getSubcommands();
    Set<String> trainFlags = new TreeSet<>();
    OptionTexts.all().forEach(each -> trainFlags.add(OptionTexts.flag(each.name())));
    var text = new StringBuilder("## Options of each command\n");
    commands.forEach(
        (name, command) -> {
          CommandSpec spec = command.getCommandSpec();
          boolean trains = spec.findOption(trainFlags.iterator().next()) != null;
          List<OptionSpec> own =
              spec.options().stream()
                  .filter(option -> !trainFlags.contains(option.longestName()))
                  .toList();
          if (!spec.usageMessage().hidden()) {
            text.append(
                "%n### stride %s%n%n%s%n%s"
                    .formatted(
                        name,
                        trains ? "Takes the train options, and:\n" : "",
                        markdown(table(spec, own))));
          }
        });
    return text.toString();
  }

  private static Table table(CommandSpec spec, List<OptionSpec> options) {
    var table = new Table("option", "meaning");
    spec.positionalParameters()
        .forEach(
            each ->
                table.add(cell("`" + each.paramLabel() + "`"), cell(plain(each.description()))));
    options.forEach(
        option -> {
          boolean takesValue = option.arity().max() > 0;
          String value = takesValue ? " " + option.paramLabel() : "";
          table.add(
              cell("`" + option.longestName() + value + "`"), cell(plain(option.description())));
        });
    return table;
  }

  /** Text, unlike figures, is read from the left. */
  private static String markdown(Table table) {
    return table.toMarkdown().replace("-:|", "--|");
  }

  /** The lines of a description, which is a format. */
  static String plain(String... description) {
    return String.join(" ", description).replace("%%", "%");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("*", "\\*");
  }
}
