package dev.cenote.peers;

/**
 * What is pooled.
 *
 * @param number unique
 */
record Item(int number) {}
