package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.jdbc.FaultOverride;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;

/** An application that is processed ahead of time, as for a native image, is compiled, and runs without its configuration. */
class AheadOfTimeTest {

    /** With a class that only a setting names. */
    public static final class Override implements FaultOverride {

        @java.lang.Override
        public Verdict judge(SQLException exception) {
            return Verdict.UNDECIDED;
        }
    }

    /** One more. */
    public static final class OverrideOfOrders implements FaultOverride {

        @java.lang.Override
        public Verdict judge(SQLException exception) {
            return Verdict.UNDECIDED;
        }
    }

    /** The application. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    public static class Processed {

        @Bean(defaultCandidate = false)
        @ConfigurationProperties("app.audit")
        public PooledDataSource auditDataSource() {
            return DataSourceBuilder.create().type(PooledDataSource.class).build();
        }

        /** As the guide declares it. */
        @Bean(defaultCandidate = false)
        @ConfigurationProperties("app.orders")
        public DataSource ordersDataSource() {
            return DataSourceBuilder.create().type(PooledDataSource.class).build();
        }
    }

    /** Without a second data source, which would keep the starter's away. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    public static class Plain {}

    private static final String[] SETTINGS = {
        "spring.datasource.url=jdbc:h2:mem:aot",
        "spring.datasource.cenote.max-size=4",
        "spring.datasource.cenote.fault-override=" + Override.class.getName(),
        "app.audit.url=jdbc:h2:mem:audit",
        "app.audit.max-size=2",
        "app.audit.data-source-class-name=org.postgresql.ds.PGSimpleDataSource",
        "app.orders.fault-override=" + OverrideOfOrders.class.getName(),
        "spring.flyway.enabled=false",
        "spring.liquibase.enabled=false",
        "spring.data.jpa.repositories.enabled=false",
        "spring.autoconfigure.exclude=" + Application.LEFT_OUT
    };

    private static TestGenerationContext processed(Class<?> application) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(application);
        TestPropertyValues.of(SETTINGS).applyTo(context);
        TestGenerationContext generation = new TestGenerationContext(application);
        new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        generation.writeGeneratedContent();
        return generation;
    }

    @Test
    void classesThatTheSettingsNameAreKeptInANativeImage() {
        RuntimeHints hints = processed(Processed.class).getRuntimeHints();
        for (String name : new String[] {
            "org.h2.Driver",
            Override.class.getName(),
            "org.postgresql.ds.PGSimpleDataSource",
            OverrideOfOrders.class.getName(),
            PooledDataSource.class.getName()
        }) {
            assertThat(RuntimeHintsPredicates.reflection()
                            .onType(TypeReference.of(name))
                            .withAnyMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS))
                    .as(name)
                    .accepts(hints);
        }
        assertThat(RuntimeHintsPredicates.reflection()
                        .onType(CenoteProperties.class)
                        .withAnyMemberCategory(MemberCategory.INVOKE_DECLARED_METHODS))
                .accepts(hints);
    }

    @Test
    @Tag("full")
    @CompileWithForkedClassLoader
    void theProcessedApplicationTakesItsSettingsAndLendsConnections() {
        TestCompiler.forSystem().with(processed(Plain.class)).compile(compiled -> {
            @SuppressWarnings("unchecked")
            ApplicationContextInitializer<GenericApplicationContext> initializer =
                    compiled.getInstance(ApplicationContextInitializer.class);
            try (GenericApplicationContext context = new GenericApplicationContext()) {
                TestPropertyValues.of(SETTINGS).applyTo(context);
                initializer.initialize(context);
                context.refresh();
                PooledDataSource source = (PooledDataSource) context.getBean(DataSource.class);
                assertThat(source.pool().config().limits().maxSize()).isEqualTo(4);
                try (var connection = source.getConnection()) {
                    assertThat(connection.isValid(1)).isTrue();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
