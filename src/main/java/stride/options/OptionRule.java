package stride.options;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What values an option of an algorithm or a task may have; what it means is its record's Javadoc.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OptionRule {
  /**
   * What help and documentation list the option under.
   *
   * @return {@link OptionGroup#LEARNING} unless it is given
   */
  OptionGroup group() default OptionGroup.LEARNING;

  /**
   * The range of a number, or of each number of a list.
   *
   * @return any number unless it is given
   */
  Range range() default Range.ANY;

  /**
   * The only numbers that it may be.
   *
   * @return in order; none where the range says which
   */
  int[] numbers() default {};

  /**
   * The unit of a number.
   *
   * @return empty for a count or a ratio
   */
  String unit() default "";

  /**
   * The words that a text may be.
   *
   * @return an enum: its constants' names in lower case
   */
  Class<? extends Enum<?>> words() default NoWords.class;

  /**
   * The words that true and false stand for, as other libraries write the option.
   *
   * @return two words; none where true and false are refused
   */
  String[] truths() default {};

  /** Of an option that is no word. */
  enum NoWords {}
}
