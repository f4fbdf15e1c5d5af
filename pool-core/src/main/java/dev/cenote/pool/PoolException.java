package dev.cenote.pool;

import dev.cenote.pool.internal.run.Help;
import java.io.Serial;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why an acquire got no object, with the pool's counts at that moment.
 *
 * @serial exclude
 * @since 0.9.0
 */
public abstract sealed class PoolException extends RuntimeException
        permits CreateFailedException,
                PoolClosedException,
                PoolFullException,
                PoolStalledException,
                PoolTimeoutException {

    @Serial
    private static final long serialVersionUID = 1;

    private static final SharedText<PoolStats> SUMMARIES = new SharedText<>(PoolStats::summary);

    private final PoolStats stats;

    PoolException(PoolStats stats, @Nullable Throwable cause) {
        super(null, cause);
        this.stats = stats;
    }

    /**
     * What may keep a create or a validation from going on, if the caller waited in a static initialiser: other threads
     * that need the class wait until its initialiser is done. This exception's own stack, which is the caller's, shows it.
     *
     * @return a clause, or nothing
     */
    final String staticInitialiser() {
        List<String> classes = Arrays.stream(getStackTrace())
                .filter(frame -> frame.getMethodName().equals("<clinit>"))
                .map(StackTraceElement::getClassName)
                .toList();
        return classes.isEmpty()
                ? ""
                : "; the caller waited in the static initialiser of " + String.join(", ", classes)
                        + ": a create or validation that needs this class can't go on until its initialiser is done";
    }

    /** What happened, in a few words. */
    abstract String what();

    /** The section of the help page: {@code pool-full} for a PoolFullException. */
    private String topic() {
        return getClass()
                .getSimpleName()
                .replaceFirst("Exception$", "")
                .replaceAll("(?<=.)(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    /**
     * Made when it is asked for: many callers may fail at one moment, and few of them look at the message.
     *
     * @since 0.9.0
     */
    @Override
    public String getMessage() {
        return "pool '" + stats.name() + "': " + what() + " (" + SUMMARIES.of(stats) + ")" + Help.on(topic());
    }

    /**
     * The pool when it happened.
     *
     * @return the counts
     * @since 0.9.0
     */
    public PoolStats stats() {
        return stats;
    }
}
