package dev.cenote.pool.jdbc.spring.shop;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

/** All purchases. */
public interface Purchases extends JpaRepository<Purchase, Long> {

    /** Takes its time, with a connection. */
    @Query(value = "select 1 from pg_sleep(0.01)", nativeQuery = true)
    int ponder();
}
