package stride.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import stride.train.AtomicFile;
import stride.train.TrainException;

/** A page with parts that are written from results. */
public abstract class MeasuredPage {
  private static final String BEGIN = "<!-- measured: written by `make readme` -->\n";
  private static final String END = "<!-- /measured -->\n";

  private final Path page;

  /**
   * A page that is there already, with marks around its measured parts.
   *
   * @param page its file
   */
  protected MeasuredPage(Path page) {
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

  /**
   * Puts the results in.
   *
   * @param text of the page
   * @return it, with its measured parts as the results have them
   */
  protected abstract String updated(String text);

  /**
   * Fills the measured part of a page that has one.
   *
   * @param text of the page
   * @param measured the part, with a closing line break
   * @return the page with it
   * @throws LabException if the page has no such part
   */
  protected final String withMeasured(String text, String measured) {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new LabException(
          "%s has no part between %s and %s"
              .formatted(page.getFileName(), BEGIN.strip(), END.strip()));
    }
    return text.substring(0, begin + BEGIN.length()) + "\n" + measured + "\n" + text.substring(end);
  }

  /**
   * A number as the page has it whoever writes it, without decimal commas.
   *
   * @param format of one number
   * @param value the number
   * @return its text; nothing for null
   */
  protected static String format(String format, Double value) {
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
