package dev.cenote.pool;

import dev.cenote.pool.internal.Opening;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Builds a {@link Pool}. Each setting says its default, its range, what it costs, and whether it can change while the
 * pool runs. A value out of range is an {@link IllegalArgumentException} that names the setting, the value and the range. Null
 * is a {@link NullPointerException} that names the setting and what it should be. A time has no upper bound: one that is longer
 * than 146 years is for ever. Not thread-safe; one builder can build several pools.
 *
 * @param <T> what is pooled
 * @since 0.9.0
 */
public final class PoolBuilder<T> {

    private final PoolConfig<T> config;

    PoolBuilder(Factory<T> factory) {
        config = new PoolConfig<>(Settings.given("factory", "a factory", factory));
    }

    /**
     * The pool's name, in exceptions, logs and thread names.
     *
     * <p>Default: {@code pool}. Range: any text that is not blank. Costs nothing. No change at run time.
     *
     * @param name the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> name(String name) {
        config.name = Settings.notBlank("name", name);
        return this;
    }

    /**
     * The most objects that may exist, those being made or destroyed included.
     *
     * <p>Default: 10. Range: 1 to 1,000,000. Costs some 280 bytes an object that exists. Change it with {@link
     * Pool#resize}.
     *
     * @param size the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> maxSize(int size) {
        config.maxSize = size;
        return this;
    }

    /**
     * How many idle objects are kept ready, as far as {@code maxSize} allows. An object that is lost is replaced at once; an
     * idle one that is leased, within a second. The first object is made alone, also after {@link Pool#replaceFactory}, since
     * several log-ins with a wrong password at once may lock an account. The others follow, {@link #maxConcurrentCreates} at a
     * time.
     *
     * <p>Default: 0. Range: 0 to {@code maxSize}. Costs the objects. Change it with {@link Pool#resize}.
     *
     * @param idle the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> minIdle(int idle) {
        config.minIdle = idle;
        return this;
    }

    /**
     * How many callers may wait for a release; one more is refused. Callers for which an object is being made, or could be
     * made, do not count. With a virtual thread for each request, this setting bounds how many of them wait. {@code maxSize}
     * times {@code acquireTimeout}, divided by the time of one use, is how many are served in time.
     *
     * <p>Default: 1024. Range: 0 (nobody waits) upwards. Costs some 230 bytes a waiter. Change it with {@link
     * Pool#resize}.
     *
     * @param waiters the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> maxWaiters(int waiters) {
        config.maxWaiters = waiters;
        return this;
    }

    /**
     * How long {@link Pool#acquire()} and {@link Pool#acquireAsync()} wait.
     *
     * <p>Default: 30 s. Range: zero upwards. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> acquireTimeout(Duration time) {
        config.acquireTimeout = Settings.zeroOrLonger("acquireTimeout", time);
        return this;
    }

    /**
     * An object that has been idle for longer is evicted, as long as more than {@code minIdle} are idle. A {@link
     * #sizingPolicy} takes the place of this setting. The housekeeper checks this every quarter of the time, at least once a
     * second and at most every 10 ms.
     *
     * <p>With {@link IdleOrder#LIFO} the pool shrinks within three times this time to the number of objects that are used at
     * once. Threads come back to the object that they used last; while more than {@code minIdle} are idle, they forget it every
     * quarter of the time.
     *
     * <p>Default: 10 min. Range: zero (never) upwards. Costs a look at each object every second while the pool is used. No
     * change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> idleTimeout(Duration time) {
        config.idleTimeout = Settings.zeroOrLonger("idleTimeout", time);
        return this;
    }

    /**
     * Tells how many objects there should be, in place of {@code idleTimeout}; see {@link SizingPolicy}.
     *
     * <p>Default: none. Range: any. Costs a look at each object ten times a second, and a task a second for the
     * executor. No change at run time.
     *
     * @param policy the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> sizingPolicy(SizingPolicy policy) {
        config.sizingPolicy = Settings.given("sizingPolicy", "a sizing policy", policy);
        return this;
    }

    /**
     * An object that is older is retired: an idle one in its turn ({@link #maxConcurrentRetirements}), a leased one when it comes
     * back.
     *
     * <p>Default: 30 min. Range: zero (never) upwards. Costs making another one. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> maxLifetime(Duration time) {
        config.maxLifetime = Settings.zeroOrLonger("maxLifetime", time);
        return this;
    }

    /**
     * Each object's {@code maxLifetime} is shortened by a random part of this share, so that objects made together do
     * not end together.
     *
     * <p>Default: 0.25. Range: 0 to 0.99. Costs nothing. No change at run time.
     *
     * @param share the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> lifetimeJitter(double share) {
        config.lifetimeJitter = Settings.share("lifetimeJitter", 0.99, share);
        return this;
    }

    /**
     * How many times an object may be leased. It is retired when it comes back from the last lease.
     *
     * <p>Default: 0 (no limit). Range: 0 upwards. Costs making another one. No change at run time.
     *
     * @param uses the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> maxUses(long uses) {
        config.maxUses = Settings.atLeast("maxUses", 0, uses);
        return this;
    }

    /**
     * A lease that is held for longer is revoked: it goes dead, and its object is destroyed, though the holder may
     * still be using it. The housekeeper checks this every quarter of the time, at least once a second and at most every
     * 10 ms. So a lease is revoked late by up to that much, and never early.
     *
     * <p>Default: zero (never). Range: zero upwards. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> maxLeaseTime(Duration time) {
        config.maxLeaseTime = Settings.zeroOrLonger("maxLeaseTime", time);
        return this;
    }

    /**
     * A lease that is held for longer is reported once, as a warning in the log and to {@link PoolListener#leakSuspected}. A
     * lease that the garbage collector finds before it was closed is reported, and its object is taken back.
     *
     * <p>Default: zero (never). Range: zero upwards. Costs the fast path: each acquire is tracked. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> leakThreshold(Duration time) {
        config.leakThreshold = Settings.zeroOrLonger("leakThreshold", time);
        return this;
    }

    /**
     * How often the pool keeps the stack of an acquire, to report it with the leak: once in this many leases. It needs a {@link
     * #leakThreshold}. No stack is kept of a lease that is acquired asynchronously.
     *
     * <p>Default: 100. Range: 0 (none), 1 (each) upwards. Costs a stack trace each. No change at run time.
     *
     * @param oneIn the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> leakTraces(int oneIn) {
        config.leakTraces = (int) Settings.atLeast("leakTraces", 0, oneIn);
        return this;
    }

    /**
     * Whether the pool looks for stalls. In a stall every object is leased by a thread that itself has waited in this pool for
     * 100 ms, so that none of these threads can go on before a deadline ends its wait. Then the newest of the holders fails,
     * with a {@link PoolStalledException} that has the stacks of all. Use it only in a pool whose leases are closed by the
     * threads that acquired them. A lease that was acquired asynchronously belongs to no thread; while one is out, there is no
     * stall.
     *
     * <p>Default: false. Range: true or false. Costs a look at the leases when a thread begins to wait. No change at run time.
     *
     * @param yes the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> detectStalls(boolean yes) {
        config.detectStalls = yes;
        return this;
    }

    /**
     * How often the pool measures for how long a lease is held ({@link PoolStats#useTimes}, {@link PoolListener#used}): once in
     * this many leases of an object.
     *
     * <p>Default: 0 (never). Range: 0, 1 (each) upwards. Costs the fast path: with 1 the clock is read twice for each lease, with n
     * for one in n. No change at run time.
     *
     * @param oneIn the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> useTimes(int oneIn) {
        config.useTimes = (int) Settings.atLeast("useTimes", 0, oneIn);
        return this;
    }

    /**
     * Tells whether an object still works. The pool asks it before it hands out an object that was idle for longer than {@link
     * #validateIfIdleFor}, and on request at creation and release.
     *
     * <p>Default: none. Range: any validator. Costs what it does, on the pool's executor; or on the caller's thread, if that is
     * cheaper ({@link Validator#onCaller}). No change at run time.
     *
     * @param validator the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> validator(Validator<? super T> validator) {
        config.validator = Settings.given("validator", "a validator", validator);
        return this;
    }

    /**
     * Whether a new object is validated before its first use. The validation has {@code validationTimeout}, and together with
     * the create it has {@code createTimeout}.
     *
     * <p>Default: false. Range: true or false. Costs a validation an object. No change at run time.
     *
     * @param yes the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> validateOnCreate(boolean yes) {
        config.validateOnCreate = yes;
        return this;
    }

    /**
     * With a validator: an object that was idle for longer is validated before it is handed out. An object that was used more
     * recently is not. While the pool is used, the housekeeper looks every quarter of this time, at most every 10 ms, for
     * objects that were idle; when in doubt it has an object validated. After a pause of the whole process it knows only once
     * it has looked again.
     *
     * <p>Default: 1 s. Range: zero (whenever an object was idle at all) upwards. Zero costs a validation each acquire;
     * otherwise a look at each object four times in this time. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> validateIfIdleFor(Duration time) {
        config.validateIfIdleFor = Settings.zeroOrLonger("validateIfIdleFor", time);
        return this;
    }

    /**
     * With a validator: whether each object that is released is validated before anybody else gets it. The validation runs on the
     * pool's executor, and the releasing thread does not wait for it.
     *
     * <p>Default: false. Range: true or false. Costs a validation each release, and a task. No change at run time.
     *
     * @param yes the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> validateOnRelease(boolean yes) {
        config.validateOnRelease = yes;
        return this;
    }

    /**
     * An object that was neither used nor validated for this time is validated while it is idle, on the pool's executor. So a
     * firewall or a proxy on the way to the server does not forget the connection. Each object has its own time, up to 20 %
     * shorter or longer.
     *
     * <p>Default: zero (never). Range: zero upwards. Costs a validation now and then. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> keepaliveTime(Duration time) {
        config.keepaliveTime = Settings.zeroOrLonger("keepaliveTime", time);
        return this;
    }

    /**
     * A validation that takes longer is interrupted and has failed.
     *
     * <p>Default: 5 s. Range: longer than zero. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> validationTimeout(Duration time) {
        config.validationTimeout = Settings.longerThanZero("validationTimeout", time);
        return this;
    }

    /**
     * A create that takes longer is interrupted, and its place is given to another. An object that it still returns is
     * destroyed.
     *
     * <p>Default: 30 s. Range: longer than zero. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> createTimeout(Duration time) {
        config.createTimeout = Settings.longerThanZero("createTimeout", time);
        return this;
    }

    /**
     * A destroy that takes longer is interrupted, and its place is given to another.
     *
     * <p>Default: 5 s. Range: longer than zero. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> destroyTimeout(Duration time) {
        config.destroyTimeout = Settings.longerThanZero("destroyTimeout", time);
        return this;
    }

    /**
     * How long {@link Pool#close} lets holders keep their leases.
     *
     * <p>Default: 30 s. Range: zero upwards. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> shutdownGrace(Duration time) {
        config.shutdownGrace = Settings.zeroOrLonger("shutdownGrace", time);
        return this;
    }

    /**
     * How many objects may be made at once; never more than there is demand for. Two kinds of creates do not count: one that
     * is not wanted any more is asked to end, and one that takes much longer than others did is waited for no longer. Others
     * are begun in their place, as far as {@code maxSize} allows. With {@link Factory#creatingOnCaller}, callers make as many at once for
     * themselves, beside those that the executor makes for callers that queue.
     *
     * <p>Default: 4. Range: 1 upwards. Costs a thread each, while it lasts. No change at run time.
     *
     * @param creates the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> maxConcurrentCreates(int creates) {
        config.maxConcurrentCreates = (int) Settings.atLeast("maxConcurrentCreates", 1, creates);
        return this;
    }

    /**
     * How many objects may be destroyed at once. The others wait for their turn, and keep their places until then. Once the
     * grace of a close is over, up to 256 are destroyed at once.
     *
     * <p>Default: 16. Range: 1 upwards. Costs a thread each, while it lasts. No change at run time.
     *
     * @param destroys the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> maxConcurrentDestroys(int destroys) {
        config.maxConcurrentDestroys = (int) Settings.atLeast("maxConcurrentDestroys", 1, destroys);
        return this;
    }

    /**
     * How long creates must have failed continuously before callers fail fast. From then on callers that nothing else can
     * serve fail at once, those that wait already and those that come. Their {@link CreateFailedException} has the last failure
     * as its cause. Until then they wait, in order, for as long as their own deadlines allow. The pool goes on trying, one
     * create at a time ({@link #createBackoff}), and callers wait again after the first success. This is a circuit breaker that
     * goes by time: in an outage that is shorter, a caller whose deadline is longer sees no error.
     *
     * <p>A pool that has never made an object has a time of its own, {@link #openTimeout}. If the factory says that trying again
     * is of no use ({@link Factory#isWorthRetrying}), callers fail at once, whatever this setting is.
     *
     * <p>Default: 10 s. Range: zero (at the first failure) upwards; one that is longer than 146 years means never. Costs
     * nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> failFastAfter(Duration time) {
        config.failFastAfter = Settings.zeroOrLonger("failFastAfter", time);
        return this;
    }

    /**
     * The {@link #failFastAfter} of a pool that has never made an object. It is short, so that a wrong address or password
     * shows at once. Make it longer if the pool is opened before the server that it needs.
     *
     * <p>Default: zero (at the first failure). Range: zero upwards; one that is longer than 146 years means never. Costs
     * nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> openTimeout(Duration time) {
        config.openTimeout = Settings.zeroOrLonger("openTimeout", time);
        return this;
    }

    /**
     * How long the pool waits between two creates while they fail: a random part of a time that begins with the first time, and
     * doubles with each failure up to the longest time. Creates that fail together count as one failure. The random part ("full
     * jitter", after Marc Brooker, "Exponential Backoff And Jitter", 2015) keeps the pools of a fleet from connecting in step.
     * The longest time bounds how late the pool notices that the server is back. On average the pool connects twice in it.
     *
     * <p>Default: 50 ms, 1 s. Range: longer than zero, and the longest no shorter than the first; 30 s spare a server that
     * hundreds of pools share. Costs nothing. No change at run time.
     *
     * @param first the longest wait after the first failure
     * @param longest the longest wait after any failure
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> createBackoff(Duration first, Duration longest) {
        Settings.longerThanZero("createBackoff", first);
        Settings.longerThanZero("createBackoff", longest);
        if (longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("createBackoff must be at least as long in the end as at first (" + first
                    + "), but was " + longest);
        }
        config.firstBackoff = first;
        config.longestBackoff = longest;
        return this;
    }

    /**
     * How many objects at the end of their {@code maxLifetime} may be replaced at once.
     *
     * <p>Default: 2. Range: 1 upwards. Costs nothing. No change at run time.
     *
     * @param retirements the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> maxConcurrentRetirements(int retirements) {
        config.maxConcurrentRetirements = (int) Settings.atLeast("maxConcurrentRetirements", 1, retirements);
        return this;
    }

    /**
     * Which idle object is handed out next.
     *
     * <p>Default: {@link IdleOrder#LIFO}. Range: LIFO or FIFO. FIFO costs a queue node each release. No change at run time.
     *
     * @param order the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> idleOrder(IdleOrder order) {
        config.idleOrder = Settings.given("idleOrder", "LIFO or FIFO", order);
        return this;
    }

    /**
     * Who gets a released object while others wait.
     *
     * <p>Default: {@link Fairness#STRICT}. Range: strict, or eventual with a bound. Strict order costs a context
     * switch for each acquire that waits; see {@link Fairness}. No change at run time.
     *
     * @param fairness the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> fairness(Fairness fairness) {
        config.fairness = Settings.given("fairness", "a fairness", fairness);
        return this;
    }

    /**
     * Runs creates, destroys and validations. With {@code Runnable::run} they run on the thread that needs them. That is right
     * for objects that are cheap to make, but then an acquire can take as long as the factory does.
     *
     * <p>Default: daemon threads of the pool's own, as many as are busy. Range: any executor; it is not shut down with
     * the pool. Costs its threads. No change at run time.
     *
     * @param executor the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> executor(Executor executor) {
        config.executor = Settings.given("executor", "an executor", executor);
        return this;
    }

    /**
     * Receives the pool's events.
     *
     * <p>Default: none. Range: any listener. Costs what it does. No change at run time.
     *
     * @param listener the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> listener(PoolListener listener) {
        config.listener = Settings.given("listener", "a listener", listener);
        return this;
    }

    /**
     * Whether the pool is an MBean of the platform's server, with its statistics, its slot table and the operations of an
     * operator; see {@link PoolMXBean}. It is one until the last object of the closed pool is gone. It needs the module {@code
     * java.management}; without it {@link #build} throws an {@link IllegalStateException}. The pools of a {@link KeyedPool}'s keys
     * are none.
     *
     * <p>Default: false. Range: true or false. Costs a look at each object for each attribute that is read. No change at run
     * time.
     *
     * @param yes the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> jmx(boolean yes) {
        config.jmx = yes;
        return this;
    }

    /**
     * The pool's clock, for tests.
     *
     * <p>Default: {@link Ticker#system}. Range: any ticker. Costs nothing. No change at run time.
     *
     * @param ticker the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> ticker(Ticker ticker) {
        config.ticker = Settings.given("ticker", "a ticker", ticker);
        return this;
    }

    /**
     * A limit that this pool shares with others: their objects together are never more than it allows. See {@link Budget}, which
     * tells who gets a place when all are taken.
     *
     * <p>Default: none. Range: any budget. Costs the fast path nothing; making and destroying an object take the budget's lock for a
     * moment. No change at run time.
     *
     * @param budget the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> budget(Budget budget) {
        config.budget = Settings.given("budget", "a budget", budget);
        return this;
    }

    /**
     * How many places of the {@link #budget} this pool always gets, for health checks or an administrator, for example. Other pools
     * may use them while this one does not. If it wants them back, it comes before all others: it waits until one of their objects
     * comes back, and no longer. Objects up to this number, those whose create or destroy hangs included, are not evicted for other
     * pools. Without a budget it does nothing.
     *
     * <p>Default: 0. Range: 0 to {@code maxSize}; the reservations of all pools of a budget together are no more than the budget.
     * Costs the others their idle objects. No change at run time.
     *
     * @param places the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> reserved(int places) {
        config.reserved = (int) Settings.atLeast("reserved", 0, places);
        return this;
    }

    /**
     * The weight of this pool among those of its {@link #budget}. When all places are taken and all pools have waiters, the numbers
     * of their objects are as their weights. Without a budget it does nothing.
     *
     * <p>While others wait for an object of its own, each lease counts as one divided by the weight. When the leases of all pools
     * together have come to eight, one object is destroyed for the pool that comes next.
     *
     * <p>Default: 1. Range: 1 to 1,000. Costs nothing. No change at run time.
     *
     * @param weight the setting
     * @return this
     * @since 0.9.0
     */
    public PoolBuilder<T> weight(int weight) {
        if (weight < 1 || weight > 1_000) {
            throw new IllegalArgumentException("weight must be 1 to 1000, but was " + weight);
        }
        config.weight = weight;
        return this;
    }

    /**
     * Checks the settings together and opens a pool with them. Objects are made in the background; this method does not wait
     * for them. Until the pool is closed, its own threads have the context class loader of the thread that calls this method.
     *
     * @return a running pool, to be closed by the caller
     * @throws IllegalArgumentException if the limits do not fit together
     * @since 0.9.0
     */
    public Pool<T> build() {
        return Opening.open(config());
    }

    /**
     * The settings so far, checked together. This is for code that is given a builder, and goes on from its settings.
     *
     * @return a copy
     * @throws IllegalArgumentException if the limits do not fit together
     * @since 0.9.0
     */
    public PoolConfig<T> config() {
        PoolLimits limits = config.limits();
        if (config.reserved > limits.maxSize()) {
            throw new IllegalArgumentException(
                    "reserved must be 0 to maxSize (" + limits.maxSize() + "), but was " + config.reserved);
        }
        return config.withLimits(limits);
    }
}
