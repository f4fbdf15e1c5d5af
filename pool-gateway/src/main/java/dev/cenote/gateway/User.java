package dev.cenote.gateway;

/**
 * What the table has of a user: no password, and nothing that logs somebody in.
 *
 * @param salt of the password
 * @param iterations of PBKDF2
 * @param storedKey the hash of the client's key
 * @param serverKey with which the server shows that it knows the user
 */
record User(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {}
