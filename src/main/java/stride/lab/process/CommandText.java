package stride.lab.process;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** ChildProcess lines of Stride as text that a shell takes. */
public final class CommandText {
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  private CommandText() {}

  /**
   * A whole command line.
   *
   * @param args what follows the program's name
   * @return in one line
   */
  public static String of(List<String> args) {
    return "stride " + args.stream().map(CommandText::quoted).collect(Collectors.joining(" "));
  }

  /**
   * One word of it.
   *
   * @param arg any text
   * @return in quotes where a shell needs them
   */
  public static String quoted(String arg) {
    return PLAIN.matcher(arg).matches() ? arg : "'" + arg.replace("'", "'\\''") + "'";
  }
}
