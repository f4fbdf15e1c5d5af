package dev.cenote.soak;

import java.io.Serial;
import java.util.Arrays;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * The log of the soak, which goes nowhere. But a bug that the engine meets on one of its own threads it can only log, or
 * die of; so what is logged as an error, every {@link AssertionError} and whatever ends a thread are violations, unless
 * the soak threw it.
 */
public final class Log implements SLF4JServiceProvider {

    /** How the engine says that calls which it has given up use all threads that they may. */
    private static final String USED_UP = " have not returned, though they were interrupted";

    private static volatile Violations violations = new Violations();
    private static volatile Faults faults = new Faults(0);

    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    /** From now on. */
    static void begin(Violations to, Faults by) {
        violations = to;
        faults = by;
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> add(thread + " died", thrown));
    }

    private static void look(Level level, String message, Throwable thrown) {
        boolean isBug = level == Level.ERROR || thrown instanceof AssertionError;
        boolean isOurs = thrown != null && Faults.MESSAGE.equals(thrown.getMessage());
        if (isBug && message.contains(USED_UP) && faults.hasHungRecently()) {
            faults.tally.count("so many calls hang that no other one may begin");
        } else if (isBug && !isOurs) {
            add(message, thrown);
        }
    }

    static void add(String message, Throwable thrown) {
        StackTraceElement[] trace = thrown == null ? new StackTraceElement[0] : thrown.getStackTrace();
        violations.add("bug: " + message + ": " + thrown + " at "
                + Arrays.stream(trace).findFirst().orElse(null));
    }

    private static final class Logger extends LegacyAbstractLogger {

        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected String getFullyQualifiedCallerName() {
            return Logger.class.getName();
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String message, Object[] arguments, Throwable throwable) {
            look(level, MessageFormatter.basicArrayFormat(message, arguments), throwable);
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return true; // what a validator throws, and with it what the pool throws around it
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        Logger logger = new Logger();
        return name -> logger;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}
}
