package stride.env;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Suggestions for a misspelt name. */
public final class Nearest {
  /** Names with a larger edit distance are not suggested. */
  private static final int NEAR = 4;

  private Nearest() {}

  /**
   * The known names that are the fewest letters away from a typed one; none if half of the name is
   * wrong. What stands before a slash may be left out.
   */
  public static List<String> of(String name, Collection<String> known) {
    List<String> nearest = new ArrayList<>();
    int best = Math.min(NEAR, name.replace("-", "").length() / 2);
    for (String each : known) {
      String last = each.substring(each.indexOf('/') + 1);
      int distance =
          Math.min(editDistance(lower(name), lower(each)), editDistance(lower(name), lower(last)));
      if (distance < best) {
        nearest.clear();
        best = distance;
      }
      if (distance == best) {
        nearest.add(each);
      }
    }
    return nearest;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Insertions, deletions and substitutions from one word to another (Levenshtein, 1965). */
  static int editDistance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
