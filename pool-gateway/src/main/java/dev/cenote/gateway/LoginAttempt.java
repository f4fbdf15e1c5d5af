package dev.cenote.gateway;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import dev.cenote.gateway.Credentials.Credential;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A client's side of one login: what to send next, and whether what comes back is right. */
interface LoginAttempt {

    /** Of the first request. */
    String authorization();

    /**
     * Of the next request, or null if the login is done. What is not as it should be is a {@link DeniedException}.
     *
     * @param status of the answer
     * @param header {@code WWW-Authenticate} of a 401, {@code Authentication-Info} of a 200; null if it has none
     */
    String next(int status, String header) throws DeniedException;

    /** The server did not log the client in, or is not the server. */
    final class DeniedException extends Exception {
        private static final long serialVersionUID = 1L;

        DeniedException(String reason) {
            super(reason);
        }
    }

    /** By SCRAM, with keys that the client has kept. */
    static LoginAttempt scram(String name, Credential credential, Supplier<String> nonces) {
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(List.of(Authorization.SCRAM))
                .username(name)
                .clientAndServerKey(credential.clientKey(), credential.serverKey())
                .nonceSupplier(nonces)
                .build();
        return new LoginAttempt() {
            @Override
            public String authorization() {
                return Authorization.SCRAM + " "
                        + Authorization.parameters(
                                null, client.clientFirstMessage().toString());
            }

            @Override
            public String next(int status, String header) throws DeniedException {
                String id = null;
                try {
                    Map<String, String> parameters = Authorization.parameters(
                            String.valueOf(header).substring(status == 401 ? Authorization.SCRAM.length() + 1 : 0));
                    id = parameters.get("sid");
                    String message = Authorization.decoded(parameters.get("data"));
                    if (status == 200) {
                        client.serverFinalMessage(message); // throws if it is signed wrongly
                        return null;
                    }
                    client.serverFirstMessage(message);
                } catch (ScramException | RuntimeException e) {
                    throw new DeniedException(status + ": " + header);
                }
                return Authorization.SCRAM + " "
                        + Authorization.parameters(
                                id, client.clientFinalMessage().toString());
            }
        };
    }

    /** By Basic: the password itself. */
    static LoginAttempt plain(String name, Credential credential) {
        return new LoginAttempt() {
            @Override
            public String authorization() {
                return Authorization.BASIC + " " + Authorization.encoded(name + ":" + credential.password());
            }

            @Override
            public String next(int status, String header) throws DeniedException {
                if (status != 200) {
                    throw new DeniedException(status + ": " + header);
                }
                return null;
            }
        };
    }
}
