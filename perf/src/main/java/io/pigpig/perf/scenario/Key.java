package io.pigpig.perf.scenario;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A key of a scenario's file: the component's name, written with hyphens. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {

  /** The default of a key that has none. */
  String REQUIRED = "(required)";

  /** What it says, for the reference. */
  String about();

  /**
   * The text that stands for a value that is not given. Sections, lists and maps are empty then.
   */
  String byDefault() default REQUIRED;
}
