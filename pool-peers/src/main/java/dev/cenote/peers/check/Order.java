package dev.cenote.peers.check;

import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Twenty threads queue one after the other for one item, whose holder releases it and at once wants it again, 20 times:
 * how many are served after one who came later, and how often the holder got it before them. Five rounds, summed up: at
 * most 100 each.
 */
final class Order implements Check {

    private static final int ROUNDS = 5;
    private static final int WAITERS = 20;
    private static final int TURNS = 20;

    @Override
    public String title() {
        return "out of order/barged";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        int overtaken = 0;
        int barged = 0;
        try (Peer peer = kind.kind().open(1, new Maker())) {
            for (int i = 0; i < ROUNDS; i++) {
                List<Integer> served = Collections.synchronizedList(new ArrayList<>());
                barged += round(peer, served);
                overtaken += outOfOrder(served);
            }
        }
        return overtaken + "/" + barged;
    }

    /** Returns how often the holder got it while others waited. */
    private static int round(Peer peer, List<Integer> served) throws Exception {
        Object held = peer.acquire(2000);
        Callers callers = new Callers();
        for (int i = 0; i < WAITERS; i++) {
            int number = i;
            callers.startAndAwaitWait(() -> {
                Object handle = peer.acquire(20_000);
                served.add(number);
                peer.release(handle);
                return null;
            });
        }
        int barged = 0;
        for (int i = 0; i < TURNS && served.size() < WAITERS; i++) {
            peer.release(held);
            held = peer.acquire(20_000);
            barged += served.size() < WAITERS ? 1 : 0;
        }
        peer.release(held);
        callers.join(20_000);
        return barged;
    }

    private static int outOfOrder(List<Integer> served) {
        int latest = -1;
        int overtaken = WAITERS - served.size(); // who was not served at all
        for (int number : List.copyOf(served)) {
            overtaken += number < latest ? 1 : 0;
            latest = Math.max(latest, number);
        }
        return overtaken;
    }
}
