package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.Pool;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;

/** What Spring Boot's meters show of a pool. */
final class PoolMetadata implements DataSourcePoolMetadata {

    private final Pool<?> pool;

    PoolMetadata(Pool<?> pool) {
        this.pool = pool;
    }

    @Override
    public Float getUsage() {
        var stats = pool.stats();
        return (float) stats.leased() / stats.maxSize();
    }

    @Override
    public Integer getActive() {
        return pool.stats().leased();
    }

    @Override
    public Integer getIdle() {
        return pool.stats().idle();
    }

    @Override
    public Integer getMax() {
        return pool.config().limits().maxSize();
    }

    @Override
    public Integer getMin() {
        return pool.config().limits().minIdle();
    }

    /** Not known: the pool itself has none. */
    @Override
    public String getValidationQuery() {
        return null;
    }

    /** Not known: each connection tells. */
    @Override
    public Boolean getDefaultAutoCommit() {
        return null;
    }
}
