package stride.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import stride.files.JsonText;
import stride.results.Table;

/**
 * One HTML file that needs no other: style, scripts and data are in it, and its policy allows the
 * browser nothing else, neither a request nor a script that is not one of the two.
 */
final class Page {
  private static final String CHART_JS = "/META-INF/maven/org.webjars.npm/chart.js/pom.properties";
  private static final int OPEN_ROWS = 12; // longer tables are folded

  // in characters of a table
  private static final int HALF_A_WINDOW = 66;
  private static final int CELL_PADDING = 3;
  private static final int LONG_NAME = 22;

  private final Html body = new Html();
  private final Html links = new Html();
  private final List<Plot> plots = new ArrayList<>();

  /** Begins a section. */
  Page open(String id, String heading) {
    links.element("a", heading, "href", "#" + id);
    body.open("section", "id", id).element("h2", heading);
    return this;
  }

  Page close() {
    body.close("section");
    return this;
  }

  Page heading(String text) {
    body.element("h3", text);
    return this;
  }

  Page paragraph(String text) {
    body.element("p", unbroken(text));
    return this;
  }

  Page list(List<String> items) {
    body.open("ul");
    items.forEach(item -> body.element("li", unbroken(item)));
    body.close("ul");
    return this;
  }

  /** Figures that may stand side by side. */
  Page openGrid() {
    body.open("div", "class", "grid");
    return this;
  }

  Page closeGrid() {
    body.close("div");
    return this;
  }

  /** A figure and its sign stay on one line. */
  private static String unbroken(String text) {
    return text.replace(" %", "\u00a0%");
  }

  Page table(String caption, Table table) {
    body.table(caption, table);
    return this;
  }

  /** A plot, what is to be seen in it, and its numbers. */
  Page figure(String heading, Plot plot, String caption, Table table) {
    body.open("figure", "class", isWide(table) ? "wide" : "").element("h4", heading);
    body.open("div", "class", "plot");
    String id = "plot-" + plots.size();
    body.open("canvas", "id", id, "role", "img", "aria-label", plot.label()).close("canvas");
    body.close("div");
    if (!caption.isEmpty()) {
      body.element("figcaption", unbroken(caption));
    }
    body.open(table.rows().size() > OPEN_ROWS ? "details" : "details open");
    body.element("summary", "Table");
    body.table(heading, table);
    body.close("details").close("figure");
    plots.add(plot);
    return this;
  }

  /** Whether a table would be cut off in one of two columns of a window of 1280 pixels. */
  private static boolean isWide(Table table) {
    int characters = 0;
    for (int k = 0; k < table.header().size(); k++) {
      int longest = 0;
      for (String word : table.header().get(k).split(" ", -1)) {
        longest = Math.max(longest, word.length());
      }
      for (List<String> row : table.rows()) {
        // names in the first column are broken
        longest =
            Math.max(
                longest, k == 0 ? Math.min(LONG_NAME, row.get(k).length()) : row.get(k).length());
      }
      characters += longest + CELL_PADDING;
    }
    return characters > HALF_A_WINDOW;
  }

  /** The whole file. */
  String toHtml(String title) {
    String style = resource("/stride/lab/report/report.css");
    String library = library();
    String script = resource("/stride/lab/report/report.js");
    String policy =
        "default-src 'none'; style-src %s; script-src %s %s; base-uri 'none'; form-action 'none'"
            .formatted(hash(style), hash(library), hash(script));
    var page = new Html();
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en").raw("\n").open("head").raw("\n");
    page.open("meta", "charset", "utf-8").raw("\n");
    page.open("meta", "http-equiv", "Content-Security-Policy", "content", policy).raw("\n");
    page.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.raw("\n").open("meta", "name", "color-scheme", "content", "light dark").raw("\n");
    page.element("title", title).open("style").raw(style).close("style").close("head");
    page.open("body").raw("\n").open("header").element("h1", title);
    page.open("nav", "aria-label", "Sections").raw("\n" + links).close("nav").close("header");
    page.raw("<noscript><p>Without JavaScript the tables are all here, the plots are not.</p>");
    page.raw("</noscript>\n").open("main").raw("\n" + body).close("main");
    page.open("script", "type", "application/json", "id", "plots");
    page.raw(inScript(JsonText.line(plots))).close("script");
    page.open("script").raw(library).close("script");
    page.open("script").raw(script).close("script");
    return page.close("body").close("html").toString();
  }

  /** JSON that no browser mistakes for markup: {@code <} occurs only inside its strings. */
  private static String inScript(String json) {
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }

  /** Chart.js, as it comes in its jar, without the reference to a file for debuggers. */
  private static String library() {
    var properties = new Properties();
    try (InputStream in = open(CHART_JS)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = properties.getProperty("version");
    return resource("/META-INF/resources/webjars/chart.js/" + version + "/dist/chart.umd.min.js")
        .replaceAll("(?m)^//# sourceMappingURL=.*$", "");
  }

  private static String resource(String name) {
    try (InputStream in = open(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = Page.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("not on the class path: " + name);
    }
    return in;
  }

  /** As a content security policy names what it allows. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
