/** Benchmarks of pools with keys, beside commons-pool2's and HttpCore's. */
package dev.cenote.bench.keyed;
