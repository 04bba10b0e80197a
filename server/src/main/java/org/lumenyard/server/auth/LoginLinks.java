package org.lumenyard.server.auth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Codes that log a browser in, once, within ten minutes. They live in memory only. */
public final class LoginLinks {
    /** How long a code is good for. */
    public static final Duration LIFE = Duration.ofMinutes(10);

    private static final int MOST = 1_000;

    private record Open(Caller caller, Instant expires) {}

    private final ConcurrentHashMap<String, Open> open = new ConcurrentHashMap<>();
    private final Clock clock;

    public LoginLinks(Clock clock) {
        this.clock = clock;
    }

    /** A new code that logs in as {@code caller}. */
    public Secret create(Caller caller) {
        Instant now = clock.instant();
        open.values().removeIf(link -> link.expires().isBefore(now));
        if (open.size() >= MOST) {
            open.clear();
        }
        var code = Secret.random();
        open.put(code.hash(), new Open(caller, now.plus(LIFE)));
        return code;
    }

    /** Who the code stands for; it is used up by this. */
    public Optional<Caller> redeem(String code) {
        return Optional.ofNullable(open.remove(new Secret(code).hash()))
                .filter(link -> link.expires().isAfter(clock.instant()))
                .map(Open::caller);
    }
}
