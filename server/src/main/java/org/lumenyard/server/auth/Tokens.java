package org.lumenyard.server.auth;

import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.lumenyard.store.Store;
import org.lumenyard.store.Token;

/**
 * The tokens that open this server. What is asked with each request is answered from memory; this
 * server is the only one that writes them.
 */
public final class Tokens {
    /** How long a browser stays logged in. */
    public static final Duration BROWSER_LIFE = Duration.ofDays(30);

    private static final String BROWSER = " (browser)";

    /** A new token, with the secret that is shown this once. */
    public record Issued(Token token, Secret secret) {}

    private final Store store;
    private final Clock clock;
    private final Map<String, Token> byHash = new ConcurrentHashMap<>();

    public Tokens(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
        store.tokens().forEach(token -> byHash.put(token.hash(), token));
    }

    /** Who the secret makes its bearer. */
    public Optional<Caller> caller(String secret) {
        return Optional.ofNullable(byHash.get(new Secret(secret).hash()))
                .flatMap(
                        token -> Role.of(token.role()).map(role -> new Caller(token.name(), role)));
    }

    /** Whether the secret still opens this server, for what stays open longer than a request. */
    public BooleanSupplier standing(String secret) {
        String hash = new Secret(secret).hash();
        return () -> byHash.containsKey(hash);
    }

    /**
     * A new token, stored before this returns.
     *
     * @throws org.lumenyard.store.StoreFailure when it cannot be stored
     */
    public Issued issue(String name, Role role) {
        var secret = Secret.random();
        var token = new Token(secret.hash(), role.word(), name, clock.millis());
        store.addToken(token);
        byHash.put(token.hash(), token);
        return new Issued(token, secret);
    }

    /** All tokens, the oldest first. */
    public List<Token> list() {
        return byHash.values().stream()
                .sorted(Comparator.comparingLong(Token::createdAt).thenComparing(Token::hash))
                .toList();
    }

    /** What names a token in public: too little of its hash to matter. */
    public static String id(Token token) {
        return token.hash().substring(0, 16);
    }

    /** Makes a token open nothing any more; says whether there was one of this id. */
    public boolean revoke(String id) {
        Optional<Token> found = byHash.values().stream().filter(t -> id(t).equals(id)).findFirst();
        found.ifPresent(token -> {
            store.removeToken(token.hash());
            byHash.remove(token.hash());
        });
        return found.isPresent();
    }

    /** A token for a browser, which forgets its cookie after {@link #BROWSER_LIFE}. */
    public Issued issueForBrowser(Caller caller) {
        return issue(caller.name() + BROWSER, caller.role());
    }

    /** Revokes browsers' tokens whose cookies are forgotten by now. */
    public void forgetBrowsers() {
        long before = clock.millis() - BROWSER_LIFE.toMillis();
        list().stream()
                .filter(token -> token.name().endsWith(BROWSER) && token.createdAt() < before)
                .forEach(token -> revoke(id(token)));
    }

    /** Revokes all tokens of this name but the one given. */
    public void revokeOthers(String name, Token but) {
        list().stream()
                .filter(token -> token.name().equals(name) && !token.hash().equals(but.hash()))
                .forEach(token -> revoke(id(token)));
    }
}
