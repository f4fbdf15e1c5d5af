package dev.cenote.commons.internal;

import dev.cenote.pool.Lease;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The leases that are out, by the object that was lent, for interfaces that give the object back and not the lease. Objects are
 * told apart by identity.
 *
 * <p>A raw object can't be fenced as a lease is. A second return is noticed as long as nobody has leased the object again;
 * after that it ends the lease of the new holder.
 *
 * @param <P> what the leases are of
 */
public final class Leases<P> {

    private final ConcurrentHashMap<Identity, Lease<P>> out = new ConcurrentHashMap<>();
    private final TakenBack takenBack = new TakenBack();

    private record Identity(Object object) {

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity identity && object == identity.object;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }
    }

    /**
     * Remembers who holds an object.
     *
     * @param object what was lent
     * @param lease its lease; the caller ends it if this throws
     * @throws IllegalStateException if it is lent already
     */
    public void lent(Object object, Lease<P> lease) {
        if (out.putIfAbsent(new Identity(object), lease) != null) {
            throw new IllegalStateException(
                    "the factory must make another object each time, but returned one that is lent: "
                            + object.getClass().getName());
        }
        if (heldBy(lease).isEmpty()) {
            destroyed(object); // revoked meanwhile: its destroy may have come too early to find it here
        }
    }

    /**
     * Forgets the lease of an object.
     *
     * @param object what comes back
     * @return its lease, or null if the object is not lent
     */
    public @Nullable Lease<P> back(Object object) {
        return out.remove(new Identity(object));
    }

    /**
     * Tells whether an object was taken from its holder, who may still return it, and again: that is not the holder's mistake.
     *
     * @param object what comes back
     * @return false if it never was
     */
    public boolean isTakenBack(Object object) {
        return takenBack.contains(object);
    }

    /**
     * Notes that an object may come back, though its lease has been ended.
     *
     * @param object what was lent
     */
    public void mayComeBack(Object object) {
        takenBack.add(object);
    }

    /**
     * Forgets the lease of an object that is being destroyed, if the pool has revoked it: else an object that its holder has lost
     * would be kept for ever.
     *
     * @param object what was lent
     */
    public void destroyed(Object object) {
        out.computeIfPresent(new Identity(object), (same, lease) -> {
            if (heldBy(lease).isPresent()) {
                return lease; // the factory made the object twice
            }
            takenBack.add(object);
            return null;
        });
    }

    /**
     * Looks up what is leased with an object that was lent.
     *
     * @param object what was lent
     * @return what its lease is of; nothing if the object is not lent
     */
    public Optional<P> lent(Object object) {
        return Optional.ofNullable(out.get(new Identity(object))).flatMap(Leases::heldBy);
    }

    /**
     * Takes objects back from their holders, and invalidates their leases.
     *
     * @param which tells whether to take one back
     * @param taken told of each one before it is destroyed
     */
    public void takeBack(Predicate<? super P> which, Consumer<? super P> taken) {
        out.forEach((object, lease) -> {
            Optional<P> held = heldBy(lease);
            if (held.filter(which).isPresent()) {
                takenBack.add(object.object()); // first: its holder may return it at any moment
                if (out.remove(object, lease)) {
                    try {
                        taken.accept(held.get());
                    } finally {
                        lease.invalidate(); // nobody else has it any more
                    }
                } else if (heldBy(lease).isPresent()) { // its holder has returned it meanwhile
                    takenBack.remove(object.object());
                }
            }
        });
    }

    /**
     * What is lent at the moment.
     *
     * @return the objects
     */
    public Stream<P> lent() {
        return out.values().stream().map(Leases::heldBy).flatMap(Optional::stream);
    }

    /** Nothing, if the pool has revoked the lease. */
    private static <P> Optional<P> heldBy(Lease<P> lease) {
        try {
            return Optional.of(lease.get());
        } catch (IllegalStateException revoked) {
            return Optional.empty();
        }
    }
}
