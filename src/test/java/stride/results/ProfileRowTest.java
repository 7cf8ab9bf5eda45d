package stride.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.files.FileException;
import stride.files.JsonText;

class ProfileRowTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "physics_steps_per_second",
        "limit_form",
        "rollout_share",
        "rollout_share_wall",
        "train_share",
        "train_share_wall",
        "physics_interval"
      })
  void isRefusedWithAPartOfALimit(String field) throws IOException {
    Path file = temp.resolve("profile.json");
    String whole = Profiles.json("Hopper-v5", Profiles.row(64, 2, 0.05));
    String damaged = whole.replaceFirst("\"" + field + "\" : ([^\\[,]+|\\[[^]]*])", nulled(field));
    assertThat(damaged).isNotEqualTo(whole);
    Files.writeString(file, damaged);
    assertThatThrownBy(() -> JsonText.read(file, ProfileResult.class))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("profile.json")
        .hasMessageContaining("rows[0]: some figures of the limit are null, but not all");
  }

  private static String nulled(String field) {
    return "\"" + field + "\" : null";
  }
}
