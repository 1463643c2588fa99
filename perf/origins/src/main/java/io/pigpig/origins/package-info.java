/**
 * What this stack's techniques took the place of: seven choices of the story that it began with, as
 * parts that the same program can be started with, so that one run can measure both.
 */
@NullMarked
package io.pigpig.origins;

import org.jspecify.annotations.NullMarked;
