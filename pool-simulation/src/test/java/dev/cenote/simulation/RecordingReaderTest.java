package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.simulation.Calls.Ending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingReaderTest {

    private static final String HEAD = "cenote-recording 1\n"
            + "name=p\n"
            + "maxSize=2\n"
            + "minIdle=1\n"
            + "maxWaiters=7\n"
            + "acquireTimeout=900\n"
            + "idleTimeout=5\n"
            + "maxLifetime=6\n"
            + "lifetimeJitter=0.5\n"
            + "maxUses=0\n"
            + "maxConcurrentCreates=4\n"
            + "idleOrder=FIFO\n"
            + "fairness=100\n"
            + "partsOneIn=2\n\n";

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("recording");
    }

    private Recording read(String... lines) throws IOException {
        Files.write(file, compressed(HEAD + String.join("\n", lines) + "\n"));
        return Recording.read(file);
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void aLeaseAndItsEndMakeOneCallInWhateverOrderTheyStand() throws IOException {
        Recording recording = read("B 1000", "R 300 1 5", "L -100 1 5 20 800", "E 800");
        Calls calls = recording.calls();
        assertThat(calls.size()).isEqualTo(1);
        assertThat(calls.arrived[0]).isEqualTo(180);
        assertThat(calls.waited[0]).isEqualTo(20);
        assertThat(calls.held[0]).isEqualTo(100);
        assertThat(calls.timeout[0]).isEqualTo(800);
        assertThat(recording.length()).isEqualTo(Duration.ofNanos(1_000));
        assertThat(recording.isComplete()).isTrue();
    }

    @Test
    void partsStandOneAfterTheOtherAndLeasesAreCutOffAtTheirEnds() throws IOException {
        Recording recording =
                read("B 0", "L 10 0 1 0 900", "E 90", "B 5000", "R 30 0 1", "L 10 0 2 0 900", "R 5 0 2", "E 55");
        Calls calls = recording.calls();
        assertThat(recording.length()).isEqualTo(Duration.ofNanos(200));
        assertThat(calls.arrived).containsExactly(10, 100, 140);
        assertThat(calls.held).containsExactly(90, 30, 5);
        assertThat(calls.ending).containsExactly(Ending.LEASED, Ending.INHERITED, Ending.LEASED);
        assertThat(Outcome.of(recording).calls())
                .isEqualTo(2); // the wait of a lease that is older than the recording is not known
    }

    /** They came at the same instant, as far as the recording knows. */
    @Test
    void leasesThatAreOlderThanAPartComeBeforeThoseThatWaitedThen() throws IOException {
        Calls calls = read("B 100", "L 20 1 8 70 900", "L -10 0 2 60 900", "R -5 0 1", "E 100")
                .calls();
        assertThat(calls.arrived).containsExactly(0, 0, 0);
        assertThat(calls.ending).containsExactly(Ending.INHERITED, Ending.LEASED, Ending.LEASED);
        assertThat(calls.waited).containsExactly(0, 10, 20);
    }

    @Test
    void aLeaseWhoseEndIsLostEndsWithTheNextOneOfItsSlot() throws IOException {
        Calls calls = read("B 0", "L 10 0 1 0 900", "! 0 1", "L 40 0 2 0 900", "R 10 0 2", "E 100")
                .calls();
        assertThat(calls.arrived).containsExactly(10, 50);
        assertThat(calls.held).containsExactly(40, 10);
    }

    @Test
    void theNextLeaseOfASlotIsFoundInWhateverOrderTheLinesStand() throws IOException {
        Calls calls = read("B 0", "L 90 0 3 0 900", "L -40 0 2 0 900", "L -40 0 1 0 900", "R 50 0 2", "E 140")
                .calls();
        assertThat(calls.arrived).containsExactly(10, 50, 90);
        assertThat(calls.held).containsExactly(40, 10, 110);
    }

    @Test
    void anEndWhoseLeaseIsLostIsNoLeaseFromBeforeThePart() throws IOException {
        Calls calls = read("B 0", "R 5 0 7", "L 5 0 8 0 900", "R 5 0 8", "! 0 1", "R 60 0 9", "E 25")
                .calls();
        assertThat(calls.ending).containsExactly(Ending.INHERITED, Ending.LEASED);
        assertThat(calls.held).containsExactly(5, 5);
    }

    @Test
    void callersThatGotNothingAndCreatesAreRead() throws IOException {
        Recording recording = read(
                "B 0",
                "T 50 40 40",
                "F 1 0 900",
                "G 9 5 900",
                "O 10 0 900",
                "C 5 77",
                "X 5",
                "X 0 30",
                "K 0 4",
                "K 0 6",
                "V 1",
                "! 1 3",
                "E 1");
        assertThat(recording.calls().ending)
                .containsExactly(Ending.TIMED_OUT, Ending.REFUSED, Ending.LEFT, Ending.FAILED);
        assertThat(recording.calls().arrived).containsExactly(10, 51, 55, 70);
        assertThat(recording.creates().took.toArray())
                .containsExactly(77, Recording.Creates.FAILED, Recording.Creates.FAILED - 30);
        assertThat(recording.creates().validations()).isEqualTo(2);
        assertThat(recording.creates().meanValidation()).isEqualTo(Duration.ofNanos(5));
        assertThat(recording.creates().made()).isEqualTo(1);
        assertThat(recording.lost()).isEqualTo(3);
    }

    @Test
    void theSettingsAreRead() throws IOException {
        Recording.Settings settings = read("B 0", "E 1").settings();
        assertThat(settings)
                .isEqualTo(new Recording.Settings(
                        "p",
                        2,
                        1,
                        7,
                        Duration.ofNanos(900),
                        Duration.ofNanos(5),
                        Duration.ofNanos(6),
                        0.5,
                        0,
                        4,
                        true,
                        Fairness.eventual(Duration.ofNanos(100))));
    }

    @Test
    void aFileThatWasCutOffIsReadAsFarAsItGoes() throws IOException {
        StringBuilder lines = new StringBuilder(HEAD).append("B 0\n");
        java.util.SplittableRandom random = new java.util.SplittableRandom(1); // or it would all be one block
        for (int i = 1; i < 50_000; i++) {
            lines.append("T ").append(random.nextInt(1_000_000)).append(" 1 1\n");
        }
        byte[] all = compressed(lines.toString());
        Files.write(file, Arrays.copyOf(all, all.length / 2));
        Recording recording = Recording.read(file);
        assertThat(recording.isComplete()).isFalse();
        assertThat(recording.calls().size()).isBetween(10_000, 40_000);
    }

    @Test
    void aFileThatIsCutOffWithinItsHeadIsNamed() throws IOException {
        byte[] all = compressed(HEAD);
        for (int length = 0; length < all.length - 10; length++) { // the last bytes are a check sum
            Files.write(file, Arrays.copyOf(all, length));
            assertThatThrownBy(() -> Recording.read(file))
                    .as("%d bytes", length)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(file + " ");
        }
        Files.write(file, compressed("cenote-recording 1\nname=p\nmaxSize=2\nmin"));
        assertThatThrownBy(() -> Recording.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + " ");
    }

    @Test
    void theNameOfAPoolMayHaveAnyLetters() throws IOException {
        Files.write(file, compressed(HEAD.replace("name=p", "name=größe 池") + "B 0\nE 1\n"));
        assertThat(Recording.read(file).settings().name()).isEqualTo("größe 池");
    }

    @Test
    void whatIsNoRecordingIsRefused() throws IOException {
        Files.writeString(file, "hello");
        assertThatThrownBy(() -> Recording.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be a recording");
        Files.write(file, compressed("hello"));
        assertThatThrownBy(() -> Recording.read(file)).hasMessageContaining("but begins with 'hello'");
        assertThatThrownBy(() -> read("B 0", "Z 1")).hasMessageContaining("newer version");
    }

    @Test
    void whatAPoolWritesIsRead() throws Exception {
        Factory<Object> factory = Object::new;
        try (Pool<Object> pool = Pool.builder(factory).maxSize(1).build()) {
            try (var recording = pool.recordTo(file, 1)) {
                for (int i = 0; i < 1_000; i++) {
                    try (Lease<Object> lease = pool.acquire()) {
                        assertThat(lease.get()).isNotNull();
                    }
                }
                assertThat(recording.isOpen()).isTrue();
            }
        }
        Recording recording = Recording.read(file);
        assertThat(recording.isComplete()).isTrue();
        assertThat(recording.calls().ending).hasSize(1_000).containsOnly(Ending.LEASED);
        assertThat(recording.creates().made()).isEqualTo(1);
    }
}
