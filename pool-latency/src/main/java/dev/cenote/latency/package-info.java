/** How long callers wait for a pool's objects: a tool for those who choose a pool. */
package dev.cenote.latency;
