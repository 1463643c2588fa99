/** What the build holds the whole repository to: arrows, bans, text, documents, manifests. */
@NullMarked
package io.pigpig.policy;

import org.jspecify.annotations.NullMarked;
