/** jcstress tests of the connections, in their package so that they reach their parts. */
package dev.cenote.pool.jdbc.internal;
