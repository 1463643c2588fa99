/** Tests of reading settings. */
@NullMarked
package io.pigpig.runtime.settings;

import org.jspecify.annotations.NullMarked;
