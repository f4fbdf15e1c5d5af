package dev.cenote.peers;

/** Making an item throws an {@link Error} ten times, then works: how many of two can be had at once within 3 s each? */
final class Errors implements Check {

    private static final int SIZE = 2;
    private static final int TIMES = 10;

    @Override
    public String title() {
        return "after Errors";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        if (!kind.creates()) {
            return NONE;
        }
        Maker maker = new Maker();
        maker.throwsErrors = true;
        try (Peer peer = kind.kind().open(SIZE, maker)) {
            for (int i = 0; i < TIMES; i++) {
                acquireIfAny(peer, 50);
            }
            maker.throwsErrors = false;
            int had = 0;
            for (int i = 0; i < SIZE; i++) {
                had += acquireIfAny(peer, 3000) ? 1 : 0;
            }
            return had + " of " + SIZE;
        }
    }

    private static boolean acquireIfAny(Peer peer, long millis) throws InterruptedException {
        try {
            return peer.acquire(millis) != null;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | StackOverflowError wanted) {
            return false;
        }
    }
}
