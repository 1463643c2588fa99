/** Discovery through the names that a cluster gives its services. */
@NullMarked
package io.pigpig.discovery.dns;

import org.jspecify.annotations.NullMarked;
