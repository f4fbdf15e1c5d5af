package dev.cenote.peers;

/** Nothing: what remains is the work that is done under the lease. */
final class NoPool extends Limit {

    @Override
    public Object acquire() {
        return this;
    }

    @Override
    public void release(Object handle) {}
}
