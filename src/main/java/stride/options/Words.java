package stride.options;

import java.util.Arrays;
import java.util.Locale;

/** Enums as users write them: the names of their constants in lower case. */
public final class Words {
  private Words() {}

  /** The word for a constant. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The constant of a word.
   *
   * @param option whose value the word is, for the message
   * @throws IllegalArgumentException if there is none
   */
  public static <E extends Enum<E>> E find(String option, String word, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (of(constant).equals(word)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        option
            + "="
            + word
            + ", required: one of "
            + Arrays.stream(type.getEnumConstants()).map(Words::of).toList());
  }
}
