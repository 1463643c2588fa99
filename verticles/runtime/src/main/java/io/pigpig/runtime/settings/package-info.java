/** Typed settings: records with default, range and meaning beside each field. */
@NullMarked
package io.pigpig.runtime.settings;

import org.jspecify.annotations.NullMarked;
