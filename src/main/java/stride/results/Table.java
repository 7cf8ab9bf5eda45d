package stride.results;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A table of text, printed in columns or as Markdown. The first column is left-aligned. */
public final class Table {
  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();
  private String note = "";

  /**
   * An empty table.
   *
   * @param header names of the columns
   */
  public Table(String... header) {
    this.header = List.of(header);
  }

  /**
   * Adds a row.
   *
   * @param cells one a column
   * @throws IllegalArgumentException if there are more or fewer
   */
  public void add(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException("cells=" + cells.length + ", columns=" + header.size());
    }
    rows.add(List.of(cells));
  }

  /**
   * Explains signs or columns in a line below the table.
   *
   * @param text a sentence; empty for none
   * @return this
   */
  public Table withNote(String text) {
    note = text;
    return this;
  }

  /** The line below the table: empty for none. */
  public String note() {
    return note;
  }

  /** Names of the columns: one a column. */
  public List<String> header() {
    return header;
  }

  /** What was added: rows of cells, one a column. */
  public List<List<String>> rows() {
    return Collections.unmodifiableList(rows);
  }

  /** In columns for a terminal: lines with a closing line break. */
  public String toText() {
    return render("", "  ", "", false) + (note.isEmpty() ? "" : note + "\n");
  }

  /** As Markdown, aligned so that the source reads well too: lines with a closing line break. */
  public String toMarkdown() {
    return render("| ", " | ", " |", true) + (note.isEmpty() ? "" : "\n" + note + "\n");
  }

  private String render(String before, String between, String after, boolean rule) {
    int[] widths = new int[header.size()];
    List<List<String>> all = new ArrayList<>(rows);
    all.addFirst(header);
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (int r = 0; r < all.size(); r++) {
      List<String> row = all.get(r);
      text.append(before);
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        text.append(i == 0 ? row.get(i) + padding : padding + row.get(i));
        text.append(i < widths.length - 1 ? between : after);
      }
      text.append('\n');
      if (rule && r == 0) {
        text.append('|');
        for (int i = 0; i < widths.length; i++) {
          text.append(i == 0 ? ":" : "-").append("-".repeat(widths[i])).append(i == 0 ? "-" : ":");
          text.append('|');
        }
        text.append('\n');
      }
    }
    return text.toString();
  }
}
