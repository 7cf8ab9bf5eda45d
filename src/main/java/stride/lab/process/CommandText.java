package stride.lab.process;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stride.home.Home;

/** Command lines of Stride as a user may type them. */
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

  /**
   * A path as a user in this folder would type it.
   *
   * @param path of any file
   * @return relative where the file lies below this folder; not quoted
   */
  public static String typed(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    return (absolute.startsWith(here) ? here.relativize(absolute) : absolute).toString();
  }

  /**
   * A command of Stride as a user in this folder would type it.
   *
   * @param arguments what follows the launcher
   * @return a command line
   */
  public static String typed(String arguments) {
    String launcher = typed(Home.folder().resolve("stride"));
    return (launcher.equals("stride") ? "./stride" : launcher) + " " + arguments;
  }
}
