package stride.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import stride.train.AtomicFile;
import stride.train.TrainException;

/** A page with parts that are written from results. */
public abstract class MeasuredPage {
  private final Path page;

  /** A page that is there already, with marks around its measured parts. */
  MeasuredPage(Path page) {
    this.page = page;
  }

  /**
   * Whether the page says what the results say.
   *
   * @return true if writing it again would change nothing
   */
  public final boolean isCurrent() {
    String text = read(page);
    return text.equals(updated(text));
  }

  /** Writes the measured parts anew. */
  public final void update() {
    try {
      AtomicFile.write(page, updated(read(page)));
    } catch (IOException e) {
      throw new LabException("cannot write " + page + ": " + TrainException.reason(e), e);
    }
  }

  /** The page's text with its measured parts as the results have them. */
  abstract String updated(String text);

  /** A number as the page has it whoever writes it, without decimal commas; nothing for null. */
  static String format(String format, Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new LabException("cannot read " + path + ": " + TrainException.reason(e), e);
    }
  }
}
