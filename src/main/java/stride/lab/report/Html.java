package stride.lab.report;

import java.util.List;
import stride.results.Table;

/** Text of a page under construction. Whatever is given as text or as an attribute is escaped. */
final class Html {
  private static final int LONG_NAME = 20; // broken rather than cut off on a phone

  private final StringBuilder out = new StringBuilder();

  static String escape(String text) {
    var escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(Character.isISOControl(c) && c != '\n' ? ' ' : c);
      }
    }
    return escaped.toString();
  }

  /** Opens an element: a tag, then names and values of its attributes in turn. */
  Html open(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"").append(escape(attributes[i + 1]));
      out.append('"');
    }
    out.append('>');
    return this;
  }

  Html close(String tag) {
    out.append("</").append(tag).append(">\n");
    return this;
  }

  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** An element that holds text alone. */
  Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /** Markup that is ours to the last character: never anything read from a file. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** A table whose first column names the rows; columns of words are aligned on the left. */
  Html table(String caption, Table table) {
    open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
    open("table").element("caption", caption);
    boolean longNames = table.rows().stream().anyMatch(row -> row.getFirst().length() > LONG_NAME);
    String names = longNames ? "words long" : "words";
    open("thead").open("tr");
    for (int k = 0; k < table.header().size(); k++) {
      element("th", table.header().get(k), "scope", "col", "class", look(table, k));
    }
    close("tr").close("thead").open("tbody");
    for (List<String> row : table.rows()) {
      open("tr").element("th", row.getFirst(), "scope", "row", "class", names);
      for (int k = 1; k < row.size(); k++) {
        element("td", row.get(k), "class", look(table, k));
      }
      close("tr");
    }
    close("tbody").close("table").close("div");
    return table.note().isEmpty() ? this : element("p", table.note(), "class", "note");
  }

  private static String look(Table table, int column) {
    boolean words =
        table.rows().stream().map(row -> row.get(column)).noneMatch(Html::beginsAsFigure);
    return column == 0 || words ? "words" : "figures";
  }

  private static boolean beginsAsFigure(String cell) {
    return cell.matches("-|[-+]?\\d.*");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
