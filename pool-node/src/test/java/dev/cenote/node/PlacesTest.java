package dev.cenote.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.PoolLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private static final int MANY = 5_000;

    private final List<String> told = new ArrayList<>();

    private static List<String> clients() {
        return IntStream.range(0, MANY).mapToObj(i -> "client " + i).toList();
    }

    @Test
    void thousandsWhoAreTurnedAwayAtTheCloseAreToldInOrderThoughEachGivesUpWhenItIsTold() {
        Places places = new Places(new PoolLimits(1, 0, MANY));
        assertThat(places.connect("active", status -> {})).isEqualTo(Places.Status.CONNECTED);
        for (String client : clients()) {
            assertThat(places.connect(client, status -> {
                        told.add(client + " " + status);
                        String unused = places.disconnect(client);
                    }))
                    .isEqualTo(Places.Status.QUEUED);
        }
        places.close();
        assertThat(told)
                .isEqualTo(
                        clients().stream().map(client -> client + " rejected").toList());
    }

    @Test
    void thousandsWhoArePromotedAtOnceAreToldInOrderBeforeTheCallReturns() {
        try (Places places = new Places(new PoolLimits(1, 0, MANY))) {
            assertThat(places.connect("active", status -> {})).isEqualTo(Places.Status.CONNECTED);
            for (String client : clients()) {
                places.connect(client, status -> told.add(client + " " + status));
            }
            places.resize(new PoolLimits(MANY + 1, 0, MANY));
            assertThat(told)
                    .isEqualTo(clients().stream()
                            .map(client -> client + " connected")
                            .toList());
        }
    }

    @Test
    void theOneWhoTakesAPlaceIsNamedThoughItGivesItBackAtOnce() {
        try (Places places = new Places(new PoolLimits(1, 0, MANY))) {
            places.connect("active", status -> {});
            places.connect("first", status -> {
                String unused = places.disconnect("first");
            });
            places.connect("second", status -> told.add("second " + status));
            assertThat(places.disconnect("active")).isEqualTo("first");
            assertThat(told).containsExactly("second connected");
        }
    }
}
