package dev.cenote.pool;

import dev.cenote.pool.internal.DefaultPool;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Builds a {@link Pool}. Each setting says its default, its range, what it costs, and whether it can change while the
 * pool runs. A value out of range is an {@link IllegalArgumentException} that names the setting, the value and the
 * range. Not thread-safe; one builder can build several pools.
 *
 * @param <T> what is pooled
 */
public final class PoolBuilder<T> {

    private final PoolConfig<T> config;

    PoolBuilder(Factory<T> factory) {
        config = new PoolConfig<>(Objects.requireNonNull(factory, "factory"));
    }

    /**
     * The pool's name, in exceptions, logs and thread names.
     *
     * <p>Default: {@code pool}. Range: any text that is not blank. Costs nothing. No change at run time.
     *
     * @param name the setting
     * @return this
     */
    public PoolBuilder<T> name(String name) {
        config.name = notBlank(name);
        return this;
    }

    /**
     * The most objects that may exist, those being made or destroyed included.
     *
     * <p>Default: 10. Range: 1 to 1,000,000. Costs some 260 bytes an object that exists. Change it with {@link
     * Pool#resize}.
     *
     * @param size the setting
     * @return this
     */
    public PoolBuilder<T> maxSize(int size) {
        config.maxSize = size;
        return this;
    }

    /**
     * How many idle objects are kept ready, as far as {@code maxSize} allows. What is lost is replaced at once; what is
     * leased, within a second.
     *
     * <p>Default: 0. Range: 0 to {@code maxSize}. Costs the objects. Change it with {@link Pool#resize}.
     *
     * @param idle the setting
     * @return this
     */
    public PoolBuilder<T> minIdle(int idle) {
        config.minIdle = idle;
        return this;
    }

    /**
     * How many callers may wait for a release; one more is refused. Those for whom an object is being made, or could
     * be, do not count.
     *
     * <p>Default: 1024. Range: 0 (nobody waits) upwards. Costs some 100 bytes a waiter. Change it with {@link
     * Pool#resize}.
     *
     * @param waiters the setting
     * @return this
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
     */
    public PoolBuilder<T> acquireTimeout(Duration time) {
        config.acquireTimeout = zeroOrLonger("acquireTimeout", time);
        return this;
    }

    /**
     * An object that has been idle for longer is evicted, while more than {@code minIdle} are idle, unless there is a
     * {@link #sizingPolicy}. The housekeeper checks this every quarter of the time, at least once a second and at most every
     * 10 ms.
     *
     * <p>With {@link IdleOrder#LIFO} the pool shrinks to what is used at once, within three times this time: threads come back
     * to the object that they used last, but forget it every quarter of the time while more than {@code minIdle} are idle.
     *
     * <p>Default: 10 min. Range: zero (never) upwards. Costs a look at each object every second. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> idleTimeout(Duration time) {
        config.idleTimeout = zeroOrLonger("idleTimeout", time);
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
     */
    public PoolBuilder<T> sizingPolicy(SizingPolicy policy) {
        config.sizingPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * An object that is older is retired, busy or idle; a busy one when it comes back.
     *
     * <p>Default: 30 min. Range: zero (never) upwards. Costs making another one. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> maxLifetime(Duration time) {
        config.maxLifetime = zeroOrLonger("maxLifetime", time);
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
     */
    public PoolBuilder<T> lifetimeJitter(double share) {
        config.lifetimeJitter = share(share);
        return this;
    }

    /**
     * An object that has been leased so often is retired when it comes back.
     *
     * <p>Default: 0 (no limit). Range: 0 upwards. Costs making another one. No change at run time.
     *
     * @param uses the setting
     * @return this
     */
    public PoolBuilder<T> maxUses(long uses) {
        config.maxUses = atLeast("maxUses", 0, uses);
        return this;
    }

    /**
     * A lease that is held for longer is revoked: it goes dead, and its object is destroyed, though the holder may
     * still be using it. Kept to a quarter of itself, to the second at most and to 10 ms at least; never early.
     *
     * <p>Default: zero (never). Range: zero upwards. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> maxLeaseTime(Duration time) {
        config.maxLeaseTime = zeroOrLonger("maxLeaseTime", time);
        return this;
    }

    /**
     * A lease that is held for longer is reported once, as a warning and to {@link PoolListener#leakSuspected}; and one that
     * the garbage collector finds before it was closed is reported and taken back.
     *
     * <p>Default: zero (never). Range: zero upwards. Costs the fast path: each acquire is tracked. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> leakThreshold(Duration time) {
        config.leakThreshold = zeroOrLonger("leakThreshold", time);
        return this;
    }

    /**
     * With a {@link #leakThreshold}: for one of so many leases the stack of the acquire is kept, to be reported with the
     * leak. Of leases that are acquired asynchronously none is.
     *
     * <p>Default: 100. Range: 0 (none), 1 (each) upwards. Costs a stack trace each. No change at run time.
     *
     * @param oneIn the setting
     * @return this
     */
    public PoolBuilder<T> leakTraces(int oneIn) {
        config.leakTraces = (int) atLeast("leakTraces", 0, oneIn);
        return this;
    }

    /**
     * Whether to fail a waiter, with a {@link PoolStalledException} and the stacks of all, when every object is leased by a
     * thread that itself waits in this pool, and has for 100 ms: none of them can go on before a deadline ends its wait. The
     * newest of the holders fails. Only for pools whose leases are closed by the threads that acquired them; leases that
     * were acquired asynchronously belong to no thread, and there is no stall while one is out.
     *
     * <p>Default: false. Range: true or false. Costs a look at the leases when a thread begins to wait. No change at run time.
     *
     * @param yes the setting
     * @return this
     */
    public PoolBuilder<T> detectStalls(boolean yes) {
        config.detectStalls = yes;
        return this;
    }

    /**
     * Tells whether an object still works. Asked before an object is handed out that was idle for longer than {@link
     * #validateIfIdleFor}, and on request at creation and release.
     *
     * <p>Default: none. Range: any validator. Costs what it does, on the pool's executor. No change at run time.
     *
     * @param validator the setting
     * @return this
     */
    public PoolBuilder<T> validator(Validator<? super T> validator) {
        config.validator = Objects.requireNonNull(validator, "validator");
        return this;
    }

    /**
     * Whether a new object is validated before its first use; within {@code validationTimeout}, and with the create within
     * {@code createTimeout}.
     *
     * <p>Default: false. Range: true or false. Costs a validation an object. No change at run time.
     *
     * @param yes the setting
     * @return this
     */
    public PoolBuilder<T> validateOnCreate(boolean yes) {
        config.validateOnCreate = yes;
        return this;
    }

    /**
     * With a validator: an object that was idle for longer is validated before it is handed out, one that was used
     * more recently is not. Told by the housekeeper, which looks every quarter of this time, every 10 ms at most, and
     * has rather too much validated than too little; after a pause of the whole process, only once it has looked
     * again.
     *
     * <p>Default: 1 s. Range: zero (whenever an object was idle at all) upwards. Zero costs a validation each acquire;
     * otherwise a look at each object four times in this time. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> validateIfIdleFor(Duration time) {
        config.validateIfIdleFor = zeroOrLonger("validateIfIdleFor", time);
        return this;
    }

    /**
     * With a validator: whether an object is validated, on the releasing thread, before it is released.
     *
     * <p>Default: false. Range: true or false. Costs a validation each release. No change at run time.
     *
     * @param yes the setting
     * @return this
     */
    public PoolBuilder<T> validateOnRelease(boolean yes) {
        config.validateOnRelease = yes;
        return this;
    }

    /**
     * An object that was neither used nor validated for so long is validated while it is idle, on the pool's executor, so
     * that what lies between does not forget the connection. Each object has its own time, up to 20 % shorter or longer.
     *
     * <p>Default: zero (never). Range: zero upwards. Costs a validation now and then. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> keepaliveTime(Duration time) {
        config.keepaliveTime = zeroOrLonger("keepaliveTime", time);
        return this;
    }

    /**
     * A validation that takes longer is interrupted and has failed.
     *
     * <p>Default: 5 s. Range: longer than zero. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> validationTimeout(Duration time) {
        config.validationTimeout = longerThanZero("validationTimeout", time);
        return this;
    }

    /**
     * A create that takes longer is interrupted, and its place is given to another; what it may still return is
     * destroyed.
     *
     * <p>Default: 30 s. Range: longer than zero. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> createTimeout(Duration time) {
        config.createTimeout = longerThanZero("createTimeout", time);
        return this;
    }

    /**
     * A destroy that takes longer is interrupted, and its place is given to another.
     *
     * <p>Default: 5 s. Range: longer than zero. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> destroyTimeout(Duration time) {
        config.destroyTimeout = longerThanZero("destroyTimeout", time);
        return this;
    }

    /**
     * How long {@link Pool#close} lets holders keep their leases.
     *
     * <p>Default: 30 s. Range: zero upwards. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     */
    public PoolBuilder<T> shutdownGrace(Duration time) {
        config.shutdownGrace = zeroOrLonger("shutdownGrace", time);
        return this;
    }

    /**
     * How many objects may be in the making at once, those included that are not wanted any more, which are interrupted;
     * never more than there is demand for.
     *
     * <p>Default: 4. Range: 1 upwards. Costs a thread each, while it lasts. No change at run time.
     *
     * @param creates the setting
     * @return this
     */
    public PoolBuilder<T> maxConcurrentCreates(int creates) {
        config.maxConcurrentCreates = (int) atLeast("maxConcurrentCreates", 1, creates);
        return this;
    }

    /**
     * After so many failed creates in a row, and while there is no object that could serve them, callers fail at once with
     * a {@link CreateFailedException} that has the last failure as its cause, instead of waiting for their deadline; one
     * caller at a time waits for the next try. Those that wait already when a create fails, and whom nothing else can
     * serve, fail with it however many failed before. With 0 nobody fails for a failed create: all wait for their deadline.
     *
     * <p>Default: 3. Range: 0 (never) upwards. Costs nothing. No change at run time.
     *
     * @param failures the setting
     * @return this
     */
    public PoolBuilder<T> failFastAfter(int failures) {
        config.failFastAfter = (int) atLeast("failFastAfter", 0, failures);
        return this;
    }

    /**
     * How many objects at the end of their {@code maxLifetime} may be replaced at once.
     *
     * <p>Default: 2. Range: 1 upwards. Costs nothing. No change at run time.
     *
     * @param retirements the setting
     * @return this
     */
    public PoolBuilder<T> maxConcurrentRetirements(int retirements) {
        config.maxConcurrentRetirements = (int) atLeast("maxConcurrentRetirements", 1, retirements);
        return this;
    }

    /**
     * Which idle object is handed out next.
     *
     * <p>Default: {@link IdleOrder#LIFO}. Range: either. FIFO costs a queue node each release. No change at run time.
     *
     * @param order the setting
     * @return this
     */
    public PoolBuilder<T> idleOrder(IdleOrder order) {
        config.idleOrder = Objects.requireNonNull(order, "idleOrder");
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
     */
    public PoolBuilder<T> fairness(Fairness fairness) {
        config.fairness = Objects.requireNonNull(fairness, "fairness");
        return this;
    }

    /**
     * Runs creates, destroys and validations. With {@code Runnable::run} they run on the thread that needs them: right
     * for objects that are cheap to make, but then an acquire can take as long as the factory does.
     *
     * <p>Default: daemon threads of the pool's own, as many as are busy. Range: any executor; it is not shut down with
     * the pool. Costs its threads. No change at run time.
     *
     * @param executor the setting
     * @return this
     */
    public PoolBuilder<T> executor(Executor executor) {
        config.executor = Objects.requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Is told what happens.
     *
     * <p>Default: none. Range: any listener. Costs what it does. No change at run time.
     *
     * @param listener the setting
     * @return this
     */
    public PoolBuilder<T> listener(PoolListener listener) {
        config.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * The pool's clock, for tests.
     *
     * <p>Default: {@link Ticker#system}. Range: any ticker. Costs nothing. No change at run time.
     *
     * @param ticker the setting
     * @return this
     */
    public PoolBuilder<T> ticker(Ticker ticker) {
        config.ticker = Objects.requireNonNull(ticker, "ticker");
        return this;
    }

    /**
     * Checks the settings together and opens a pool with them. Objects are made in the background; this does not wait
     * for them.
     *
     * @return a running pool, to be closed by the caller
     * @throws IllegalArgumentException if the limits do not fit together
     */
    public Pool<T> build() {
        return DefaultPool.open(config());
    }

    /**
     * The settings so far, checked together, for those who build on a builder that others have set.
     *
     * @return a copy
     * @throws IllegalArgumentException if the limits do not fit together
     */
    public PoolConfig<T> config() {
        return config.withLimits(config.limits());
    }

    private static String notBlank(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("name must not be blank, but was '" + name + "'");
        }
        return name;
    }

    private static Duration zeroOrLonger(String setting, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(setting + " must be zero or longer, but was " + time);
        }
        return time;
    }

    private static Duration longerThanZero(String setting, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(setting + " must be longer than zero, but was " + time);
        }
        return time;
    }

    private static long atLeast(String setting, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(setting + " must be " + least + " or more, but was " + value);
        }
        return value;
    }

    private static double share(double value) {
        if (!(value >= 0 && value <= 0.99)) {
            throw new IllegalArgumentException("lifetimeJitter must be 0 to 0.99, but was " + value);
        }
        return value;
    }
}
