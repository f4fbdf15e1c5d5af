package dev.cenote.gateway;

import java.util.Base64;

/**
 * A client's final message of SCRAM: {@code c=…,r=…,p=…}, with extensions between, which are ignored.
 *
 * @param channelBinding the header of the client's first message again
 * @param nonce the client's and the server's
 * @param withoutProof the message up to the proof: part of what is signed
 * @param proof that the client knows its key
 */
record ClientFinal(byte[] channelBinding, String nonce, String withoutProof, byte[] proof) {

    /** What is none is an {@link IllegalArgumentException}. */
    static ClientFinal parse(String message) {
        int proof = message.lastIndexOf(",p=");
        String[] attributes = message.substring(0, Math.max(0, proof)).split(",", -1);
        if (attributes.length < 2 || !attributes[0].startsWith("c=") || !attributes[1].startsWith("r=")) {
            throw new IllegalArgumentException("the client's final message is c=…,r=…,p=…, but came as something else");
        }
        Base64.Decoder decoder = Base64.getDecoder();
        return new ClientFinal(
                decoder.decode(attributes[0].substring(2)),
                attributes[1].substring(2),
                message.substring(0, proof),
                decoder.decode(message.substring(proof + 3)));
    }
}
