package stride.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  private static Table stages() {
    Table table = new Table("stage", "hits", "%");
    table.add("policy", "8", "1.5");
    table.add("gae", "1024", "98.5");
    return table;
  }

  @Test
  void alignsColumnsForATerminal() {
    assertThat(stages().toText())
        .isEqualTo(
            """
            stage   hits     %
            policy     8   1.5
            gae     1024  98.5
            """);
  }

  @Test
  void alignsColumnsInMarkdown() {
    assertThat(stages().toMarkdown())
        .isEqualTo(
            """
            | stage  | hits |    % |
            |:-------|-----:|-----:|
            | policy |    8 |  1.5 |
            | gae    | 1024 | 98.5 |
            """);
  }

  @Test
  void showsItsHeaderWithoutRows() {
    assertThat(new Table("a", "b").toText()).isEqualTo("a  b\n");
    assertThat(new Table("a", "b").toMarkdown()).isEqualTo("| a | b |\n|:--|--:|\n");
  }

  @Test
  void rejectsRowsOfAnotherLength() {
    Table table = stages();
    assertThatThrownBy(() -> table.add("adam", "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cells=2, columns=3");
    assertThatThrownBy(() -> table.add("adam", "1", "2", "3")).hasMessage("cells=4, columns=3");
    assertThat(table.toText()).doesNotContain("adam");
  }
}
