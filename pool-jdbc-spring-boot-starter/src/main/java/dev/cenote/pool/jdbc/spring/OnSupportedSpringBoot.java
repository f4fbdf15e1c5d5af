package dev.cenote.pool.jdbc.spring;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.ClassUtils;

/** Fails the start, with one clear line, where this starter can't work. */
final class OnSupportedSpringBoot implements Condition {

    static final String PROPERTIES_OF_3 = "org.springframework.boot.autoconfigure.jdbc.DataSourceProperties";
    static final String PROPERTIES_OF_4 = "org.springframework.boot.jdbc.autoconfigure.DataSourceProperties";

    private static final Pattern VERSION = Pattern.compile("([0-9]+)\\.([0-9]+)\\..*");

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        check(
                SpringBootVersion.getVersion(),
                ClassUtils.isPresent(PROPERTIES_OF_3, context.getClassLoader()),
                ClassUtils.isPresent(PROPERTIES_OF_4, context.getClassLoader()));
        return true;
    }

    static void check(String version, boolean hasClassesOf3, boolean hasClassesOf4) {
        Matcher numbers = VERSION.matcher(String.valueOf(version));
        if (!numbers.matches()) {
            return; // Spring Boot was packed anew: the classes tell.
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        if (major < 3 || (major == 3 && minor < 5)) {
            throw new UnsupportedSpringBootException("Spring Boot is " + version, "Take Spring Boot 3.5 or 4.");
        }
        if (major == 3 && hasClassesOf4) {
            throw new UnsupportedSpringBootException(
                    "Spring Boot is " + version + ", but spring-boot-jdbc of Spring Boot 4 is on the class path",
                    "Remove org.springframework.boot:spring-boot-jdbc, which only Spring Boot 4 has.");
        }
        if (major > 3 && hasClassesOf3) {
            throw new UnsupportedSpringBootException(
                    "Spring Boot is " + version
                            + ", but spring-boot-autoconfigure of Spring Boot 3 is on the class path",
                    "Take org.springframework.boot:spring-boot-autoconfigure " + version + ".");
        }
        if (!hasClassesOf3 && !hasClassesOf4) {
            throw new UnsupportedSpringBootException(
                    "Spring Boot is " + version + ", but its JDBC support is not on the class path",
                    "Add org.springframework.boot:spring-boot-starter-jdbc.");
        }
    }
}
