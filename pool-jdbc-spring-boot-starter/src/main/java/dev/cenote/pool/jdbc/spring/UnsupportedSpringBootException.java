package dev.cenote.pool.jdbc.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** This starter does not fit the application's Spring Boot. */
final class UnsupportedSpringBootException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String action;

    UnsupportedSpringBootException(String what, String action) {
        super("cenote-spring-boot-starter needs Spring Boot 3.5 or 4: " + what + ".");
        this.action = action;
    }

    /** Has Spring Boot print what is wrong, and what to do, in place of a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<UnsupportedSpringBootException> {

        Analyzer() {}

        @Override
        protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedSpringBootException cause) {
            return new FailureAnalysis(cause.getMessage(), cause.action, cause);
        }
    }
}
