package org.lumenyard.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** 256 random bits as text. What is kept of one is its hash; a secret never appears in a log. */
public record Secret(String text) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A secret that nobody has seen before. */
    public static Secret random() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /**
     * The SHA-256 of the text, in hexadecimal. No salt and no stretching: there is nothing to guess
     * in 256 random bits.
     */
    public String hash() {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The SHA-256 of the bytes, in hexadecimal. */
    public static String hash(byte[] bytes) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Secret";
    }
}
