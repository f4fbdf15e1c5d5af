/**
 * The gateway: an HTTP server, a TCP server behind it that logs users in, a database behind that, and a load before it.
 *
 * <p>{@code Gateway} is the HTTP server. It puts what clients send into a {@code Frame}, and asks a {@code Backend} for the
 * answer. {@code LoginServer} answers frames by {@code Scram} or {@code Passwords}, from {@code Users}. {@code Main} starts
 * all of it in processes of their own, drives a {@code Load} and writes a {@code Report}.
 */
package dev.cenote.gateway;
