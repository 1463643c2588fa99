/** Classes that break every rule of {@code Arrows} once, kept to prove that it sees them. */
@NullMarked
package io.pigpig.policy.planted;

import org.jspecify.annotations.NullMarked;
