package dev.cenote.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/** The code of docs/guides/expensive-objects.md. */
class ExpensiveObjectsGuideTest {

    // snippet: parser
    /** Takes a millisecond to make, is not thread-safe, and remembers what was set: handlers, resolvers. */
    static final class Parsers implements Factory<DocumentBuilder> {

        @Override
        public DocumentBuilder create() throws ParserConfigurationException {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder();
        }

        @Override
        public void reset(DocumentBuilder parser) {
            parser.reset(); // by the thread that releases, before anybody else gets the parser
        }
    }
    // end

    static Pool<DocumentBuilder> openParsers() {
        // snippet: parsers
        Pool<DocumentBuilder> parsers = Pool.builder(new Parsers())
                .name("parsers")
                .maxSize(Runtime.getRuntime().availableProcessors())
                .maxLifetime(Duration.ZERO) // a parser does not age
                .idleTimeout(Duration.ofMinutes(1)) // and is only worth its memory while it is used
                .build();
        // end
        return parsers;
    }

    static Document parse(Pool<DocumentBuilder> parsers, byte[] xml)
            throws IOException, SAXException, InterruptedException {
        // snippet: parse
        try (Lease<DocumentBuilder> lease = parsers.acquire()) {
            return lease.get().parse(new ByteArrayInputStream(xml));
        }
        // end
    }

    // snippet: native
    /** Memory outside the heap, which has to be given back exactly once. */
    static final class Deflaters implements Factory<Deflater> {

        @Override
        public Deflater create() {
            return new Deflater(Deflater.BEST_COMPRESSION);
        }

        @Override
        public void reset(Deflater deflater) {
            deflater.reset();
        }

        @Override
        public void destroy(Deflater deflater) {
            deflater.end(); // never while somebody holds its lease
        }
    }
    // end

    static Pool<Deflater> openDeflaters() {
        // snippet: deflaters
        Pool<Deflater> deflaters = Pool.builder(new Deflaters())
                .name("deflaters")
                .maxSize(8)
                .maxUses(100_000) // whatever a native library leaks ends here
                .executor(Runnable::run) // made by the caller: this takes microseconds and can't hang
                .build();
        // end
        return deflaters;
    }

    static byte[] compress(Pool<Deflater> deflaters, byte[] bytes) throws InterruptedException {
        // snippet: compress
        return deflaters.withObject(deflater -> {
            deflater.setInput(bytes);
            deflater.finish();
            byte[] compressed = new byte[bytes.length + bytes.length / 1_000 + 64];
            return Arrays.copyOf(compressed, deflater.deflate(compressed));
        });
        // end
    }

    static void invalidateBroken(Pool<DocumentBuilder> parsers, byte[] xml) throws InterruptedException, IOException {
        // snippet: broken
        try (Lease<DocumentBuilder> lease = parsers.acquire()) {
            try {
                lease.get().parse(new ByteArrayInputStream(xml));
            } catch (SAXException | RuntimeException e) {
                lease.invalidate(); // in doubt, a new one
            }
        }
        // end
    }

    @Test
    void parsersAreUsedAgain() throws Exception {
        try (Pool<DocumentBuilder> parsers = openParsers()) {
            parsers.resize(new PoolLimits(1, 0, 1)); // or it makes another one where the first takes long to make
            for (int i = 0; i < 3; i++) {
                assertThat(parse(parsers, "<a/>".getBytes(StandardCharsets.UTF_8))
                                .getDocumentElement()
                                .getTagName())
                        .isEqualTo("a");
            }
            assertThat(parsers.stats().created()).isEqualTo(1);
            assertThatThrownBy(() -> parse(parsers, "<".getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(SAXException.class);

            invalidateBroken(parsers, "<".getBytes(StandardCharsets.UTF_8));

            assertThat(parse(parsers, "<b/>".getBytes(StandardCharsets.UTF_8))).isNotNull();
            assertThat(parsers.stats().created()).isEqualTo(2);
        }
    }

    @Test
    void nativeMemoryIsResetBetweenUses() throws Exception {
        try (Pool<Deflater> deflaters = openDeflaters()) {
            for (int i = 0; i < 3; i++) {
                byte[] bytes = "a text that is compressed, a text that is compressed".getBytes(StandardCharsets.UTF_8);
                Inflater inflater = new Inflater();
                inflater.setInput(compress(deflaters, bytes));
                byte[] again = new byte[bytes.length];
                assertThat(inflater.inflate(again)).isEqualTo(bytes.length);
                inflater.end();
                assertThat(again).isEqualTo(bytes);
            }
            assertThat(deflaters.stats().created()).isEqualTo(1);
        }
    }
}
