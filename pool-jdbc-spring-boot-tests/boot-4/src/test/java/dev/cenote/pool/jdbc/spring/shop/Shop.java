package dev.cenote.pool.jdbc.spring.shop;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Sells by JPA, and keeps its books by JDBC in the other data source. */
@Service
public class Shop {

    private final Purchases purchases;
    private final JdbcTemplate audit;

    Shop(Purchases purchases, @Qualifier("audit") JdbcTemplate audit) {
        this.purchases = purchases;
        this.audit = audit;
    }

    @Transactional
    public long sell(String item) {
        purchases.ponder();
        long id = purchases.save(new Purchase(item)).id();
        audit.update("insert into audit(purchase) values (?)", id);
        return id;
    }

    @Transactional(readOnly = true)
    public String item(long id) {
        return purchases.findById(id).orElseThrow().item();
    }
}
