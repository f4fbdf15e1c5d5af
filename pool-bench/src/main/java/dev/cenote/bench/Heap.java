package dev.cenote.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** How much heap is in use. Needs the serial collector, whose full collection looks at all of it. */
public final class Heap {

    private Heap() {}

    /** The bytes that a collection has left. What threads have taken since, to allocate in it, is not among them. */
    public static long usedAfterCollection() {
        System.gc();
        System.gc(); // what the first has found unreachable through references is free only now
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }
}
