package dev.cenote.examples;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;

/** The command {@code bin/example NAME}. */
public final class Examples {

    /** Shows one use of a pool. */
    @FunctionalInterface
    interface Example {
        void run(PrintStream out) throws Exception;
    }

    static final Map<String, Example> ALL = new TreeMap<>(Map.of(
            "redis", new RedisExample(),
            "http", new HttpExample(),
            "workers", new WorkersExample(),
            "parsers", new ParsersExample(),
            "native", new NativeExample()));

    private Examples() {}

    /**
     * Runs an example.
     *
     * @param args its name
     * @throws Exception if it fails
     */
    public static void main(String[] args) throws Exception {
        Example example = args.length == 1 ? ALL.get(args[0]) : null;
        if (example == null) {
            System.err.println("expected the name of an example, one of " + ALL.keySet());
            System.exit(2);
        } else {
            example.run(System.out);
        }
    }
}
