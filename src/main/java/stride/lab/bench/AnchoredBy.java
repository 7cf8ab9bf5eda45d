package stride.lab.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import stride.results.AnchorKind;

/** Which anchor tells how fast the machine was for a suite; without it {@link AnchorKind#STEPS}. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface AnchoredBy {
  AnchorKind value();
}
