package stride.lab.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Parameters of a suite in the quick run, where its own set takes too long. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Quick {
  /** A value of a parameter that stands for the number of this machine's processors. */
  String ALL_CORES = "all";

  /**
   * One entry for each parameter, as JMH's own {@code -p} takes them.
   *
   * @return for example {@code "envs=64,1024"}
   */
  String[] value();
}
