package dev.cenote.gateway;

import java.io.IOException;

/** The way from the gateway to the server behind it. Implementations are thread-safe. */
interface Backend extends AutoCloseable {

    /** Asks, and blocks for the answer. */
    Frame ask(Frame request) throws IOException, InterruptedException;

    /** What an operator may want to know, in one line. */
    String stats();

    @Override
    void close();
}
