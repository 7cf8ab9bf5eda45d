package stride.lab.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A suite that measures a GPU and cannot run without one. No anchor says how fast that was. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface NeedsGpu {}
