package dev.cenote.examples;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.io.PrintStream;
import java.time.Duration;
import java.util.zip.Deflater;

/** Native memory behind a handle: a compressor of zlib has 256 KB that no garbage collector counts, until it is ended. */
final class NativeExample implements Examples.Example {

    // snippet: compressors
    /** Makes compressors, cleans them for the next holder, and ends each exactly once. */
    static final class Compressors implements Factory<Deflater> {
        @Override
        public Deflater create() {
            return new Deflater(Deflater.BEST_SPEED, true);
        }

        @Override
        public void reset(Deflater compressor) {
            compressor.reset();
        }

        @Override
        public void destroy(Deflater compressor) {
            compressor.end();
        }
    }

    /** Into the target; returns the length. */
    static int compress(Pool<Deflater> compressors, byte[] bytes, byte[] target) throws InterruptedException {
        try (Lease<Deflater> lease = compressors.acquire()) {
            Deflater compressor = lease.get();
            compressor.setInput(bytes);
            compressor.finish();
            int length = compressor.deflate(target);
            if (!compressor.finished()) {
                throw new IllegalArgumentException(
                        "the target has room for " + target.length + " bytes, and more are needed");
            }
            return length;
        }
    }
    // end

    @Override
    public void run(PrintStream out) throws Exception {
        try (Pool<Deflater> compressors = Pool.builder(new Compressors())
                .name("compressors")
                .maxSize(8)
                .idleTimeout(Duration.ofSeconds(30)) // gives the memory back when it is quiet
                .build()) {
            byte[] target = new byte[1_000];
            int length = compress(compressors, new byte[100_000], target);
            out.println(
                    "100000 bytes became " + length + "; " + compressors.stats().idle() + " compressor is idle");
        }
    }
}
