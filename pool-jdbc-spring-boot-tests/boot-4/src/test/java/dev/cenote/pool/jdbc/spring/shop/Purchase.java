package dev.cenote.pool.jdbc.spring.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

/** What somebody bought. */
@Entity
public class Purchase {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    private String item;

    protected Purchase() {}

    Purchase(String item) {
        this.item = item;
    }

    Long id() {
        return id;
    }

    String item() {
        return item;
    }
}
