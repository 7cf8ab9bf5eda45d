package stride.cli;

import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.SequencedMap;
import stride.algo.Algorithm;
import stride.learn.DescribedOption;

/**
 * The help of the train options by their names, made when it is shown: it takes the record's source
 * and all presets, which would cost every command a sixth of a second.
 */
final class OptionHelp extends ResourceBundle {
  private final Map<String, String> help = new HashMap<>();
  private final SequencedMap<DescribedOption, List<Algorithm<?>>> options = OptionTexts.all();

  @Override
  protected Object handleGetObject(String name) {
    options.forEach(
        (option, owners) -> {
          if (option.name().equals(name)) {
            help.computeIfAbsent(name, _ -> OptionTexts.help(option, owners).replace("%", "%%"));
          }
        });
    return help.get(name);
  }

  @Override
  public Enumeration<String> getKeys() {
    return Collections.enumeration(options.keySet().stream().map(DescribedOption::name).toList());
  }
}
