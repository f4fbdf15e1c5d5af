package dev.cenote.net;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/** Servers' certificates, good and bad, and the context of a client that trusts who issued them. */
final class Certificates {

    private static final X509Bundle ISSUER =
            build(() -> subject("CN=issuer").setIsCertificateAuthority(true).buildSelfSigned());

    private Certificates() {}

    private interface Building<R> {
        R build() throws Exception;
    }

    private static <R> R build(Building<R> building) {
        try {
            return building.build();
        } catch (Exception e) {
            throw new AssertionError("no certificate", e);
        }
    }

    private static CertificateBuilder subject(String name) {
        return new CertificateBuilder().algorithm(Algorithm.ecp256).subject(name);
    }

    private static SSLContext server(CertificateBuilder certificate) {
        return build(() -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(certificate.buildIssuedBy(ISSUER).toKeyManagerFactory().getKeyManagers(), null, null);
            return context;
        });
    }

    private static final SSLContext GOOD =
            server(subject("CN=good").addSanIpAddress("127.0.0.1").addSanDnsName("server.example"));

    /** For 127.0.0.1 and server.example. */
    static SSLContext good() {
        return GOOD;
    }

    static SSLContext expired() {
        Instant now = Instant.now();
        return server(subject("CN=expired")
                .addSanIpAddress("127.0.0.1")
                .notBefore(now.minus(Duration.ofDays(20)))
                .notAfter(now.minus(Duration.ofDays(10))));
    }

    static SSLContext ofAnotherHost() {
        return server(subject("CN=other").addSanDnsName("other.example"));
    }

    static SSLContext trusting() {
        return build(() -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, ISSUER.toTrustManagerFactory().getTrustManagers(), null);
            return context;
        });
    }
}
