package dev.cenote.pool.jdbc.spring.shop;

import dev.cenote.pool.jdbc.PooledDataSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An application with JPA, Flyway, the actuator and two data sources. All its settings are variables of the environment. */
@SpringBootApplication
public class ShopApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(ShopApplication.class, arguments);
    }

    /** Beside the data source of the starter. */
    @Bean(defaultCandidate = false)
    @Qualifier("audit")
    @ConfigurationProperties("app.audit")
    DataSource auditDataSource() {
        return DataSourceBuilder.create().type(PooledDataSource.class).build();
    }

    @Bean(defaultCandidate = false)
    @Qualifier("audit")
    JdbcTemplate audit(@Qualifier("audit") DataSource source) {
        return new JdbcTemplate(source);
    }

    /** For the test, which reads it. */
    @Bean
    static ApplicationListener<ApplicationReadyEvent> port(Environment environment) {
        return event -> System.out.println("port=" + environment.getProperty("local.server.port"));
    }

    /** What the world sees. */
    @RestController
    static class Counter {

        private final Shop shop;

        Counter(Shop shop) {
            this.shop = shop;
        }

        @PostMapping("/purchases")
        long sell(@RequestParam("item") String item) {
            return shop.sell(item);
        }

        @GetMapping("/purchases/{id}")
        String item(@PathVariable("id") long id) {
            return shop.item(id);
        }
    }
}
