package dev.cenote.pool.internal;

import java.io.PrintWriter;
import java.io.Serial;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
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
 * The log of the tests, by the system property {@code slf4j.provider}: nowhere, but while it is recorded. Errors that are
 * bugs of the pool's are kept in any case, for the {@link Oracle}: the pool goes on after them.
 */
public final class RecordedLog implements SLF4JServiceProvider {

    private static volatile List<String> lines = List.of();
    private static volatile boolean isRecording;
    private static volatile boolean areLevelsKept;
    private static volatile List<Throwable> throwables = List.of();
    private static final Queue<Throwable> BUGS = new ConcurrentLinkedQueue<>();

    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new NOPMDCAdapter();

    /** The messages that are logged meanwhile, without what the throwables among them say. */
    public static List<String> during(Runnable action) {
        List<String> recorded = new CopyOnWriteArrayList<>();
        lines = recorded;
        isRecording = true;
        try {
            action.run();
        } finally {
            isRecording = false;
        }
        return recorded;
    }

    /** The same, each with its level before it. */
    public static List<String> withLevelsDuring(Runnable action) {
        areLevelsKept = true;
        try {
            return during(action);
        } finally {
            areLevelsKept = false;
        }
    }

    /** The same as {@link #during}, and then all that the throwables say. */
    public static List<String> inFullDuring(Runnable action) {
        List<Throwable> seen = new CopyOnWriteArrayList<>();
        throwables = seen;
        List<String> recorded;
        try {
            recorded = new ArrayList<>(during(action));
        } finally {
            throwables = List.of();
        }
        for (Throwable each : seen) {
            StringWriter text = new StringWriter();
            each.printStackTrace(new PrintWriter(text, true));
            recorded.add(text.toString());
        }
        return recorded;
    }

    /** What has been recorded so far, for an action that waits for a message. */
    static List<String> soFar() {
        return lines;
    }

    /** What can't happen, and has happened since the last call. */
    static List<Throwable> bugs() {
        List<Throwable> bugs = new ArrayList<>();
        for (Throwable bug = BUGS.poll(); bug != null; bug = BUGS.poll()) {
            bugs.add(bug);
        }
        return bugs;
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
            if (throwable instanceof AssertionError
                    && String.valueOf(throwable.getMessage()).startsWith("bug")) {
                BUGS.add(throwable);
            }
            if (isRecording) {
                lines.add((areLevelsKept ? level + " " : "") + MessageFormatter.basicArrayFormat(message, arguments));
                if (throwable != null && throwables instanceof CopyOnWriteArrayList<Throwable> kept) {
                    kept.add(throwable);
                }
            }
        }

        @Override
        public boolean isTraceEnabled() {
            return isRecording;
        }

        @Override
        public boolean isDebugEnabled() {
            return isRecording;
        }

        @Override
        public boolean isInfoEnabled() {
            return isRecording;
        }

        @Override
        public boolean isWarnEnabled() {
            return isRecording;
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
