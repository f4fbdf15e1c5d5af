/** This pool and others, each behind a few lines of adapter. */
package dev.cenote.peers;
