/** Makes a Cenote data source the one of a Spring Boot application. */
package dev.cenote.pool.jdbc.spring;
