/** Runs the documented benchmarks, keeps what they measured, and writes the tables of the documentation from it. */
package dev.cenote.bench.results;
