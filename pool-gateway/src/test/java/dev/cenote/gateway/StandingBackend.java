package dev.cenote.gateway;

import dev.cenote.gateway.Frame.Kind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Answers nothing until it is let go; then each login is welcome. */
final class StandingBackend implements Backend {

    /** One for each request. */
    final Semaphore asked = new Semaphore(0);

    final CountDownLatch stands = new CountDownLatch(1);

    @Override
    public Frame ask(Frame request) throws InterruptedException {
        asked.release();
        stands.await();
        return Frame.of(Kind.WELCOME, "");
    }

    @Override
    public String stats() {
        return "";
    }

    @Override
    public void close() {}
}
