package dev.cenote.pool;

import java.util.List;
import java.util.Map;

/**
 * A pool as JMX shows it ({@link PoolBuilder#jmx}), under the name {@code dev.cenote.pool:type=Pool,name=…}. A pool whose name is
 * taken has {@code instance=2}, or the next free number, beside it.
 *
 * <p>The attributes say what {@link PoolStats}, {@link PoolHealth} and {@link PoolSlot} say; times are in milliseconds. Each is
 * read from a picture of its own. Nothing here tells what is pooled, how it is made, or any password. The operations are those
 * of {@link Pool}; none waits. Who may call them is up to the JMX agent, as for every MBean.
 *
 * <p>When the last object of a closed pool is gone, its MBean is unregistered. The MBean does not keep the pool: once nobody can
 * reach a pool that was never closed, its attributes and operations throw an {@link IllegalStateException}.
 *
 * @since 0.9.0
 */
public interface PoolMXBean {

    /**
     * The pool's name.
     *
     * @return the name
     * @since 0.9.0
     */
    String getName();

    /**
     * Whether the pool was closed; its last objects may still be out.
     *
     * @return true from the first close on
     * @since 0.9.0
     */
    boolean isClosed();

    /**
     * Whether callers wait for a resume.
     *
     * @return true until the pool is resumed
     * @since 0.9.0
     */
    boolean isSuspended();

    /**
     * The verdict of {@link PoolHealth} on the last 10 to 20 seconds, if it is asked for often enough; else on everything since
     * the last question but one.
     *
     * @return HEALTHY, DEGRADED or FAILED
     * @since 0.9.0
     */
    String getHealth();

    /**
     * Why the pool is not healthy; see {@link #getHealth}.
     *
     * @return the reasons, none if it is healthy
     * @since 0.9.0
     */
    List<String> getHealthReasons();

    /**
     * The most objects that may exist.
     *
     * @return the limit
     * @since 0.9.0
     */
    int getMaxSize();

    /**
     * How many idle objects are kept ready.
     *
     * @return the limit
     * @since 0.9.0
     */
    int getMinIdle();

    /**
     * How many callers may wait.
     *
     * @return the limit
     * @since 0.9.0
     */
    int getMaxWaiters();

    /**
     * Objects that exist.
     *
     * @return how many
     * @since 0.9.0
     */
    int getTotal();

    /**
     * Objects that lie ready.
     *
     * @return how many
     * @since 0.9.0
     */
    int getIdle();

    /**
     * Objects in their holders' hands.
     *
     * @return how many
     * @since 0.9.0
     */
    int getLeased();

    /**
     * Objects that are being validated or reset.
     *
     * @return how many
     * @since 0.9.0
     */
    int getValidating();

    /**
     * Objects that are being destroyed.
     *
     * @return how many
     * @since 0.9.0
     */
    int getRetiring();

    /**
     * Objects that are being made.
     *
     * @return how many
     * @since 0.9.0
     */
    int getCreating();

    /**
     * Callers in the queue.
     *
     * @return how many
     * @since 0.9.0
     */
    int getWaiters();

    /**
     * Objects made so far.
     *
     * @return how many
     * @since 0.9.0
     */
    long getCreated();

    /**
     * Objects destroyed so far, by the name of the {@link DestroyReason}.
     *
     * @return how many of each
     * @since 0.9.0
     */
    Map<String, Long> getDestroyedBy();

    /**
     * Objects that left the pool alive.
     *
     * @return how many
     * @since 0.9.0
     */
    long getDetached();

    /**
     * Leases given out.
     *
     * @return how many
     * @since 0.9.0
     */
    long getAcquired();

    /**
     * Leases that have ended.
     *
     * @return how many
     * @since 0.9.0
     */
    long getReleased();

    /**
     * Leases for which the caller had to wait.
     *
     * @return how many
     * @since 0.9.0
     */
    long getWaited();

    /**
     * The share of leases that were given out without waiting, creating or validating.
     *
     * @return 0 to 1
     * @since 0.9.0
     */
    double getHitRate();

    /**
     * Callers whose time was up.
     *
     * @return how many
     * @since 0.9.0
     */
    long getTimeouts();

    /**
     * Callers turned away because the queue was full.
     *
     * @return how many
     * @since 0.9.0
     */
    long getRefused();

    /**
     * Callers that failed because no object could be made.
     *
     * @return how many
     * @since 0.9.0
     */
    long getFailed();

    /**
     * Callers that left.
     *
     * @return how many
     * @since 0.9.0
     */
    long getCancelled();

    /**
     * Creates that failed or took too long.
     *
     * @return how many
     * @since 0.9.0
     */
    long getCreationFailures();

    /**
     * Validations and resets so far.
     *
     * @return how many
     * @since 0.9.0
     */
    long getValidations();

    /**
     * Validations and resets that failed or took too long.
     *
     * @return how many
     * @since 0.9.0
     */
    long getValidationFailures();

    /**
     * Leases that were reported as leaked.
     *
     * @return how many
     * @since 0.9.0
     */
    long getLeaks();

    /**
     * Leases that were ended a second time.
     *
     * @return how many
     * @since 0.9.0
     */
    long getStaleCloses();

    /**
     * Whether callers that nothing else can serve fail at once.
     *
     * @return whether no object can be made
     * @since 0.9.0
     */
    boolean isFailingFast();

    /**
     * For how long the caller at the head of the queue has waited.
     *
     * @return milliseconds; 0 if nobody waits
     * @since 0.9.0
     */
    double getOldestWait();

    /**
     * The mean wait of all callers since the pool was opened.
     *
     * @return milliseconds
     * @since 0.9.0
     */
    double getWaitMean();

    /**
     * The longest wait since the pool was opened.
     *
     * @return milliseconds
     * @since 0.9.0
     */
    double getWaitMax();

    /**
     * Half of the last minute's callers waited no longer.
     *
     * @return milliseconds
     * @since 0.9.0
     */
    double getRecentWaitP50();

    /**
     * 99 % of the last minute's callers waited no longer.
     *
     * @return milliseconds
     * @since 0.9.0
     */
    double getRecentWaitP99();

    /**
     * The longest wait of the last minute's callers.
     *
     * @return milliseconds
     * @since 0.9.0
     */
    double getRecentWaitMax();

    /**
     * For how long leases were held on average, if the pool measures it.
     *
     * @return milliseconds
     * @since 0.9.0
     */
    double getUseMean();

    /**
     * How long it took on average to make an object.
     *
     * @return milliseconds
     * @since 0.9.0
     */
    double getCreateMean();

    /**
     * The settings as text. Of an object, such as the factory, only the class is told.
     *
     * @return by the names of their methods in {@link PoolBuilder}
     * @since 0.9.0
     */
    Map<String, String> getSettings();

    /**
     * The slot table.
     *
     * @return a row for each object
     * @since 0.9.0
     */
    List<SlotRow> getSlots();

    /**
     * Changes the limits. See {@link Pool#resize}.
     *
     * @param maxSize the most objects that may exist
     * @param minIdle how many idle objects are kept ready
     * @param maxWaiters how many callers may wait
     * @since 0.9.0
     */
    void resize(int maxSize, int minIdle, int maxWaiters);

    /**
     * Retires every object. See {@link Pool#invalidateAll()}.
     *
     * @since 0.9.0
     */
    void invalidateAll();

    /**
     * Retires every object, spread over a time. See {@link Pool#invalidateAll(java.time.Duration)}.
     *
     * @param overMillis how long it may take, in milliseconds
     * @since 0.9.0
     */
    void invalidateAll(long overMillis);

    /**
     * Makes every caller wait. See {@link Pool#suspend}.
     *
     * @since 0.9.0
     */
    void suspend();

    /**
     * Serves callers again. See {@link Pool#resume}.
     *
     * @since 0.9.0
     */
    void resume();

    /**
     * Begins to retire every object, while callers wait. See {@link Pool#drain}.
     *
     * @since 0.9.0
     */
    void drain();

    /**
     * Begins to make objects until the given number exists. If that fails, the log says so. See {@link Pool#warmUp}.
     *
     * @param objects how many, leased ones included
     * @since 0.9.0
     */
    void warmUp(int objects);

    /**
     * A row of the slot table; see {@link PoolSlot}.
     *
     * @since 0.9.0
     */
    interface SlotRow {

        /**
         * The slot's number.
         *
         * @return from 0
         * @since 0.9.0
         */
        int getIndex();

        /**
         * What the slot's object is doing.
         *
         * @return the name of the state
         * @since 0.9.0
         */
        String getState();

        /**
         * For how long the object has existed.
         *
         * @return milliseconds
         * @since 0.9.0
         */
        long getAge();

        /**
         * How often the object was leased.
         *
         * @return how often
         * @since 0.9.0
         */
        long getUses();

        /**
         * For how long at least the slot has been in this state.
         *
         * @return milliseconds
         * @since 0.9.0
         */
        long getUnchangedFor();

        /**
         * Who holds the lease, in words.
         *
         * @return the holder; empty if the object is not leased
         * @since 0.9.0
         */
        String getHolder();

        /**
         * The id of the thread that holds the lease.
         *
         * @return the id; 0 if no thread does
         * @since 0.9.0
         */
        long getHolderThreadId();
    }
}
