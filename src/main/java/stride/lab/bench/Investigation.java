package stride.lab.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A suite that asks what would be if Stride did something else: one of docs/investigations.md. The
 * answers do not change from day to day, so the quick run leaves it out.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Investigation {}
