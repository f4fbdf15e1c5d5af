package dev.cenote.pool.jdbc;

import dev.cenote.pool.PublicApiTest;

/** The same for this module. */
class JdbcPublicApiTest extends PublicApiTest {

    JdbcPublicApiTest() {
        super("dev.cenote.pool.jdbc");
    }
}
