package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.annotation.ImportCandidates;

/** A test of a slice of an application, as {@code @DataJpaTest}, has the starter's data source, too. */
class SlicesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3 org.springframework.boot.test.autoconfigure.jdbc.AutoConfigureJdbc",
                "3 org.springframework.boot.test.autoconfigure.data.jdbc.AutoConfigureDataJdbc",
                "3 org.springframework.boot.test.autoconfigure.orm.jpa.AutoConfigureDataJpa",
                "3 org.springframework.boot.test.autoconfigure.jooq.AutoConfigureJooq",
                "4 org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureJdbc",
                "4 org.springframework.boot.jooq.test.autoconfigure.AutoConfigureJooq"
            })
    void eachSliceThatHasADataSourceHasTheStarters(String slice) throws ClassNotFoundException {
        if (slice.charAt(0) == SpringBootVersion.getVersion().charAt(0)) {
            assertThat(ImportCandidates.load(
                                    Class.forName(slice.substring(2)),
                                    getClass().getClassLoader())
                            .getCandidates())
                    .contains(
                            "dev.cenote.pool.jdbc.spring.CenoteDataSourceAutoConfiguration",
                            "dev.cenote.pool.jdbc.spring.CenotePoolsAutoConfiguration")
                    .anyMatch(name -> name.endsWith(".jdbc.autoconfigure.DataSourceAutoConfiguration")
                            || name.endsWith(".autoconfigure.jdbc.DataSourceAutoConfiguration"));
        }
    }
}
