package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a page says, without a browser. */
record PageText(String html) {
  /** The page of some folders. */
  static PageText of(Path... folders) {
    return new PageText(Report.of(List.of(folders)).toHtml("Results"));
  }

  List<String> sections() {
    return found("<section id=\"([a-z]+)\">", html);
  }

  /** Rows of the first table under a caption, cells between bars; the header comes first. */
  List<String> table(String caption) {
    int start = html.indexOf("<caption>" + caption + "</caption>");
    assertThat(start).as("a table called %s", caption).isNotNegative();
    String table = html.substring(start, html.indexOf("</table>", start));
    List<String> rows = new ArrayList<>();
    for (String row : found("(?s)<tr>(.*?)</tr>", table)) {
      rows.add(String.join("|", found("(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)));
    }
    return rows;
  }

  List<String> listItems() {
    return found("(?s)<li>(.*?)</li>", html).stream().map(PageText::plain).toList();
  }

  private static String plain(String text) {
    return text.replace('\u00a0', ' ');
  }

  boolean says(String text) {
    return plain(html).contains(text);
  }

  /** The plots whose description has a text. */
  List<JsonNode> plots(String text) throws JsonProcessingException {
    List<String> json =
        found("(?s)<script type=\"application/json\" id=\"plots\">(.*?)</script>", html);
    return new ObjectMapper()
        .readTree(json.getFirst())
        .valueStream()
        .filter(plot -> plot.get("label").textValue().contains(text))
        .toList();
  }

  /** The series of a plot by its name in the legend. */
  static JsonNode series(JsonNode plot, String name) {
    Stream<JsonNode> all = plot.get("series").valueStream();
    return all.filter(series -> series.get("name").textValue().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Numbers of an array. */
  static double[] numbers(JsonNode array) {
    return array.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  private static List<String> found(String pattern, String in) {
    return Pattern.compile(pattern)
        .matcher(in)
        .results()
        .map((MatchResult m) -> m.group(1))
        .toList();
  }
}
