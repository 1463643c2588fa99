@NullMarked
package io.pigpig.rpc;

import org.jspecify.annotations.NullMarked;
