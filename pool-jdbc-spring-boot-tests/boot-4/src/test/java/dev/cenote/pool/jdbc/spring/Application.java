package dev.cenote.pool.jdbc.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** An application that has nothing but what Spring Boot and the starter give it, and no more of that than the tests need. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class Application {

    /** Slow to start, and of no use here; of Spring Boot 3 and of 4. */
    static final String LEFT_OUT = String.join(
            ",",
            "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration",
            "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration");

    static ConfigurableApplicationContext run(String... properties) {
        return run(List.of(Application.class), Map.of(), properties);
    }

    static ConfigurableApplicationContext run(Class<?> declaring, String... properties) {
        return run(List.of(Application.class, declaring), Map.of(), properties);
    }

    /** As if the process had these variables in its environment. */
    static ConfigurableApplicationContext run(
            List<Class<?>> declaring, Map<String, Object> variables, String... properties) {
        SpringApplication application = new SpringApplication(declaring.toArray(Class<?>[]::new));
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        application.setEnvironment(environment);
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.flyway.enabled=false",
                "--spring.data.jpa.repositories.enabled=false",
                "--spring.autoconfigure.exclude=" + LEFT_OUT));
        if (Stream.of(properties).noneMatch(property -> property.startsWith("server.port"))) {
            arguments.add("--spring.main.web-application-type=none");
        }
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return application.run(arguments.toArray(String[]::new));
    }
}
