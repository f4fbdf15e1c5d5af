package dev.cenote.pool.internal.slot;

/**
 * Keeps the fields of one slot 128 bytes away from those of the slot before it, so that two cores that use neighbouring
 * slots share neither a cache line nor the pair of lines that is fetched together. Fields of a superclass come first.
 */
@SuppressWarnings("unused")
abstract class PaddedSlot {
    private long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15, p16;
}
