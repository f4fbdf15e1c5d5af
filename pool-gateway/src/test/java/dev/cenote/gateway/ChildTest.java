package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that do not start as they should. None of them needs a database. */
class ChildTest {

    private static final Setup UNPOOLED = new Setup(0, 0, "", "users", 10, 0, 0, 1, false);

    @TempDir
    Path folder;

    @Test
    void aPartThatPrintsSomethingBeforeItsPortIsToldAndEnded() {
        assertThatThrownBy(() -> new Child(
                        Part.SERVER, UNPOOLED, "00".repeat(32), List.of("--show-version"), folder.resolve("log")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the server did not start")
                .rootCause()
                .hasMessageContaining("expected the port, but read ");
        assertThat(parts()).isEmpty();
    }

    @Test
    void theServerIsEndedIfTheGatewayDoesNotStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Setup setup = UNPOOLED.withPorts(taken.getLocalPort(), 0);
            assertThatThrownBy(() -> new Stack(null, setup, List.of(), folder.resolve("log")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the gateway did not start");
        }
        assertThat(parts()).isEmpty();
    }

    /** Processes of this one that run a {@link Part}. */
    private static List<ProcessHandle> parts() {
        return ProcessHandle.current()
                .children()
                .filter(process -> process.info().commandLine().orElse("").contains(Part.class.getName()))
                .toList();
    }
}
