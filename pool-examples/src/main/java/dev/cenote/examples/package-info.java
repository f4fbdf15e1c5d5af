/** The demo: real connections, pooled, under load and faults. */
package dev.cenote.examples;
