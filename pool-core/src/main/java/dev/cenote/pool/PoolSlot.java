package dev.cenote.pool;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A row of a pool's slot table: one place for an object, and who has it. Nothing in it refers to the object or to the pool.
 *
 * @param index the slot's number, from 0; an object keeps its slot all its life
 * @param state what the slot's object is doing
 * @param age for how long the object has existed; zero while it is being made
 * @param uses how often the object was leased so far, the present lease included
 * @param unchangedFor for how long at least the slot has been in this state; known to the second, since no lease reads a clock
 * @param holder who holds the lease; null if the object is not leased
 * @serial exclude
 * @since 0.9.0
 */
public record PoolSlot(
        int index,
        State state,
        Duration age,
        long uses,
        Duration unchangedFor,
        @Nullable LeaseHolder holder) implements Serializable {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * What a slot's object is doing.
     *
     * @since 0.9.0
     */
    public enum State {
        /** It is being made. */
        CREATING,
        /** It lies ready. */
        IDLE,
        /** A caller holds it. */
        LEASED,
        /** It is being validated or reset. */
        VALIDATING,
        /** It is being destroyed. */
        RETIRING
    }
}
