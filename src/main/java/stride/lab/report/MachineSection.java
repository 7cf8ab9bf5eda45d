package stride.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import stride.results.Anchor;
import stride.results.Figures;
import stride.results.Table;

/** What the results were measured on: a column for each folder. */
final class MachineSection {
  private MachineSection() {}

  static void write(Page page, List<ResultsData> all) {
    List<String> header = new ArrayList<>(List.of(""));
    all.forEach(results -> header.add(results.name()));
    var table = new Table(header.toArray(String[]::new));
    add(table, "processor", all, results -> results.machine().cpu());
    add(table, "cores", all, results -> Integer.toString(results.machine().cores()));
    add(
        table,
        "memory",
        all,
        results ->
            Figures.fixed((double) results.machine().memoryBytes() / (1L << 30), 1) + " GiB");
    add(table, "system", all, results -> results.machine().os());
    add(table, "JDK", all, results -> results.machine().jdk());
    add(table, "vector registers", all, results -> results.machine().vectorBits() + " bits");
    add(table, "MuJoCo", all, results -> results.machine().mujoco());
    add(table, "GPU", all, results -> Objects.requireNonNullElse(results.machine().gpu(), "-"));
    add(table, "commit", all, ResultsData::commit);
    add(
        table,
        "bare mj_step, start / end",
        all,
        r -> anchor(r, Anchor::mjStepsPerSecond, "%,.0f / %,.0f per s"));
    add(
        table,
        "memory copy, start / end",
        all,
        results -> anchor(results, Anchor::copyGigabytesPerSecond, "%.1f / %.1f GB/s"));
    page.open("machine", all.size() == 1 ? "Machine and commit" : "Machines and commits");
    page.table("What was measured, and on what", table);
    page.paragraph(
        "The last two rows are anchors: the same small work before and after all measurements. Where"
            + " they differ, the machine was not the same throughout.");
    page.close();
  }

  private static void add(
      Table table, String name, List<ResultsData> all, Function<ResultsData, String> value) {
    List<String> cells = new ArrayList<>(List.of(name));
    all.forEach(results -> cells.add(value.apply(results)));
    table.add(cells.toArray(String[]::new));
  }

  private static String anchor(ResultsData results, ToDoubleFunction<Anchor> rate, String format) {
    return results
        .anchors()
        .map(
            anchors ->
                String.format(
                    Locale.ROOT,
                    format,
                    rate.applyAsDouble(anchors.start()),
                    rate.applyAsDouble(anchors.end())))
        .orElse("-");
  }
}
