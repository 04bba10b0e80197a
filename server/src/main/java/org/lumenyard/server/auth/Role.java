package org.lumenyard.server.auth;

import java.util.Locale;
import java.util.Optional;

/** What a token opens. */
public enum Role {
    /** Everything. */
    ADMIN,
    /** Reading. */
    VIEWER,
    /** The agents' socket and their uploads, nothing else. */
    AGENT;

    /** The role's name in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of this name in the API. */
    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
