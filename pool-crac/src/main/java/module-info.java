/** Pools in a process that is checkpointed and restored by CRaC. */
module dev.cenote.crac {
    requires transitive dev.cenote.pool;
    requires transitive org.crac;
    requires static org.jspecify;

    exports dev.cenote.crac;
}
