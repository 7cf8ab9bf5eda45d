package stride.lab.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A suite that emulates Atari games, and cannot run where {@code make atari} has not. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface NeedsAle {}
