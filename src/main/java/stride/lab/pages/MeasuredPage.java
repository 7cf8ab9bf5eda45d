package stride.lab.pages;

import java.nio.file.Path;
import java.util.Locale;
import stride.lab.LabException;

/** A page written by hand, with parts between marks that are written from results. */
public abstract class MeasuredPage extends GeneratedFile {
  private static final String END = "<!-- /measured -->\n";

  /**
   * A page that is there already, with marks around its measured parts.
   *
   * @param page its file
   */
  protected MeasuredPage(Path page) {
    super(page);
  }

  @Override
  protected final String content() {
    return updated(read());
  }

  /**
   * Puts the results in.
   *
   * @param text of the page
   * @return it, with its measured parts as the results have them
   */
  protected abstract String updated(String text);

  /**
   * Fills a measured part of the page.
   *
   * @param text of the page
   * @param part its name in the mark
   * @param measured the part, with a closing line break
   * @return the page with it
   * @throws LabException if the page has no such part
   */
  protected final String withMeasured(String text, String part, String measured) {
    String mark = "<!-- measured: " + part + " (written by `make readme`) -->\n";
    int begin = text.indexOf(mark);
    int end = text.indexOf(END, Math.max(begin, 0));
    if (begin < 0 || end < 0) {
      throw new LabException(
          "%s has no part between %s and %s"
              .formatted(file().getFileName(), mark.strip(), END.strip()));
    }
    return text.substring(0, begin + mark.length()) + "\n" + measured + "\n" + text.substring(end);
  }

  /**
   * A number with a decimal point, whatever the user's language.
   *
   * @param format of one number
   * @param value the number
   * @return its text; nothing for null
   */
  public static String format(String format, Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
