package dev.cenote.bench.peer;

/**
 * What is pooled.
 *
 * @param number unique
 */
public record Item(int number) {}
