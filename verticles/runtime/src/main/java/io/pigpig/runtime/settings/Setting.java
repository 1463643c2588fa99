package io.pigpig.runtime.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says of one component of a settings record what it means, its default and its range.
 *
 * <p>The setting's name is the component's in kebab case under its section's: {@code server.port}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /** One sentence for an operator; units and effect. */
  String about();

  /** Written as in a file: {@code 8080}, {@code 250ms}, {@code on}; empty is a valid text. */
  String byDefault();

  /** Least number, or least milliseconds of a duration. */
  long min() default Long.MIN_VALUE;

  /** Greatest number, or greatest milliseconds of a duration. */
  long max() default Long.MAX_VALUE;
}
