package stride.lab.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.util.DefaultLocale;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import stride.lab.pages.BarChart.Bar;

class BarChartTest {
  private static final BarChart CHART =
      new BarChart(
          "A <task> & size",
          40_000,
          List.of(new Bar("ours", 40_000, true), new Bar("theirs", 10_500, false)));

  private static String drawn() {
    var svg = new Svg(500, 300, "what is \"shown\"");
    CHART.draw(svg, 10, 20);
    return svg.finished();
  }

  private static List<Element> elements(String name)
      throws ParserConfigurationException, SAXException, IOException {
    Document picture =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(drawn())));
    NodeList found = picture.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void barsAreFractionsOfTheWayToTheLimit() throws Exception {
    List<Element> bars = elements("rect");
    Element limit = elements("line").getFirst();
    assertThat(bars)
        .extracting(bar -> bar.getAttribute("class"))
        .containsExactly("paper", "own", "other");
    double way = number(limit, "x1") - number(bars.get(1), "x");
    assertThat(number(bars.get(1), "width")).isEqualTo(way);
    assertThat(number(bars.get(2), "width") / way).isBetween(0.262, 0.263);
  }

  @Test
  void textsSayWhatTheBarsShow() throws Exception {
    assertThat(elements("text"))
        .extracting(Element::getTextContent)
        .containsExactly(
            "A <task> & size", "limit 40.0k", "ours", "40.0k, 100 %", "theirs", "10.5k, 26 %");
    assertThat(elements("title").getFirst().getTextContent()).isEqualTo("what is \"shown\"");
  }

  @Test
  void everythingIsWithinTheChart() throws Exception {
    for (Element bar : elements("rect").subList(1, 3)) {
      assertThat(number(bar, "x")).isGreaterThan(10);
      assertThat(number(bar, "x") + number(bar, "width")).isLessThan(10 + BarChart.WIDTH);
      assertThat(number(bar, "y") + number(bar, "height")).isLessThan(20 + CHART.height());
    }
  }

  @Test
  @DefaultLocale("de-DE")
  void isTheSameInEveryLanguage() {
    assertThat(drawn()).contains("10.5k").doesNotContain("10,5k");
  }
}
