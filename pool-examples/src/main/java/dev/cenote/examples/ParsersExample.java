package dev.cenote.examples;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Pool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.xml.sax.SAXException;

/** Parsers that are dear to make, serve one thread at a time, and are made clean after each use. */
final class ParsersExample implements Examples.Example {

    // snippet: parsers
    /** Makes XML parsers that look at no other files. */
    static final class Parsers implements Factory<DocumentBuilder> {
        private final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();

        @Override
        public DocumentBuilder create() throws ParserConfigurationException {
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            return factory.newDocumentBuilder();
        }

        @Override
        public void reset(DocumentBuilder parser) {
            parser.reset(); // what the last holder set is gone: its error handler, its resolver
        }
    }

    static String root(Pool<DocumentBuilder> parsers, String xml)
            throws IOException, SAXException, InterruptedException {
        byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
        try (var lease = parsers.acquire()) {
            lease.get().setErrorHandler(null); // prints nothing; reset() undoes it
            return lease.get()
                    .parse(new ByteArrayInputStream(bytes))
                    .getDocumentElement()
                    .getTagName();
        }
    }
    // end

    @Override
    public void run(PrintStream out) throws Exception {
        try (Pool<DocumentBuilder> parsers = Pool.builder(new Parsers())
                .name("parsers")
                .maxSize(2)
                .maxConcurrentCreates(1)
                .build()) {
            for (int i = 0; i < 3; i++) {
                out.println(root(parsers, "<message nr='" + i + "'/>"));
            }
            out.println(parsers.stats().created() + " parser served all");
        }
    }
}
