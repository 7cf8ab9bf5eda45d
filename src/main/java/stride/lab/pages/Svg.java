package stride.lab.pages;

import java.io.StringWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A picture in SVG: rectangles, lines and text at places in pixels. Colours are classes of a style
 * sheet with a light and a dark half, so that the picture is readable on pages of either kind.
 */
public final class Svg {
  private static final String STYLE =
      """

      .paper { fill: #ffffff; stroke: #d0d7de }
      .title { font: 600 14px sans-serif; fill: #1f2328 }
      .text { font: 12px sans-serif; fill: #1f2328 }
      .note { font: 12px sans-serif; fill: #59636e }
      .own { fill: #0969da }
      .other { fill: #9aa4af }
      .mark { stroke: #bc4c00; stroke-width: 2; stroke-dasharray: 4 3 }
      @media (prefers-color-scheme: dark) {
        .paper { fill: #0d1117; stroke: #3d444d }
        .title, .text { fill: #f0f6fc }
        .note { fill: #9198a1 }
        .own { fill: #4493f8 }
        .other { fill: #656c76 }
        .mark { stroke: #f0883e }
      }
      """;

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  /** Where the text stands in relation to its place. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  /**
   * An empty picture on paper of its own.
   *
   * @param width in pixels
   * @param height in pixels
   * @param description of what it shows, for those who cannot see it
   */
  Svg(double width, double height, String description) {
    try {
      xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartElement("svg");
      xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
      attributes("viewBox", "0 0 %s %s".formatted(number(width), number(height)));
      attributes("width", number(width), "height", number(height), "role", "img");
      element("title", description);
      element("style", STYLE);
      rectangle("paper", 0.5, 0.5, width - 1, height - 1);
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /** Draws a filled rectangle from its upper left corner. */
  void rectangle(String style, double x, double y, double width, double height) {
    empty(
        "rect",
        "class",
        style,
        "x",
        number(x),
        "y",
        number(y),
        "width",
        number(width),
        "height",
        number(height));
  }

  /** Draws a straight line. */
  void line(String style, double x1, double y1, double x2, double y2) {
    empty(
        "line",
        "class",
        style,
        "x1",
        number(x1),
        "y1",
        number(y1),
        "x2",
        number(x2),
        "y2",
        number(y2));
  }

  /** Writes a line of text; the place is that of its base line. */
  void text(String style, Anchor anchor, double x, double y, String words) {
    try {
      xml.writeCharacters("\n");
      xml.writeStartElement("text");
      attributes("class", style, "x", number(x), "y", number(y));
      attributes("text-anchor", anchor.name().toLowerCase(Locale.ROOT));
      xml.writeCharacters(words);
      xml.writeEndElement();
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  /** Ends the picture. */
  String finished() {
    try {
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeCharacters("\n");
      xml.close();
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
    return text.toString();
  }

  private void empty(String name, String... attributes) {
    try {
      xml.writeCharacters("\n");
      xml.writeEmptyElement(name);
      attributes(attributes);
    } catch (XMLStreamException e) {
      throw impossible(e);
    }
  }

  private void element(String name, String content) throws XMLStreamException {
    xml.writeCharacters("\n");
    xml.writeStartElement(name);
    xml.writeCharacters(content);
    xml.writeEndElement();
  }

  private void attributes(String... namesAndValues) throws XMLStreamException {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      xml.writeAttribute(namesAndValues[i], namesAndValues[i + 1]);
    }
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private static IllegalStateException impossible(XMLStreamException e) {
    return new IllegalStateException("a string cannot be written to", e);
  }
}
