package dev.cenote.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a pool costs beside its work is printed. No time is looked at. */
class FootprintTest {

    private static final String NUMBER = "-?[\\d,.]+";

    @Test
    @Tag("full")
    void heapAndTimesArePrintedInARowAPool() throws Exception {
        assertThat(Printed.by(() -> Footprint.main(new String[] {"--quick", "vibur"})))
                .containsPattern("\\| Vibur \\| " + (NUMBER + " B \\| ").repeat(2) + "0 \\| "
                        + (NUMBER + " B \\| ").repeat(2) + (NUMBER + " µs \\| ").repeat(3) + NUMBER + " µs \\|");
    }
}
