package stride.cli;

import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.function.Function;
import java.util.stream.Collectors;
import stride.options.DescribedOption;

/**
 * The help of the train options by their names, made when it is shown: it takes the record's source
 * and all presets, which would cost every command a sixth of a second.
 */
final class OptionHelp extends ResourceBundle {
  private final Map<String, DescribedOption> byName =
      OptionTexts.all().stream()
          .collect(Collectors.toMap(DescribedOption::name, Function.identity()));

  @Override
  protected Object handleGetObject(String name) {
    DescribedOption option = byName.get(name);
    return option == null ? null : OptionTexts.help(option).replace("%", "%%");
  }

  @Override
  public Enumeration<String> getKeys() {
    return Collections.enumeration(byName.keySet());
  }
}
