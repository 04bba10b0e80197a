package org.lumenyard.server.api;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.lumenyard.store.AnsweredRequest;
import org.lumenyard.store.Store;

/**
 * Makes a creation safe to ask for again. A key is claimed in memory first, so that of two requests
 * at the same time the second waits for the first's answer; then it is looked up among those that
 * were answered; only then is it done, and its answer stored in the same transaction.
 */
final class Once {
    /** What names a request: a key means something only together with who asks. */
    private record Key(String principal, String key) {}

    private record Claim(String bodyHash, CompletableFuture<Optional<String>> result) {}

    private final Store store;
    private final ConcurrentHashMap<Key, Claim> claims = new ConcurrentHashMap<>();

    Once(Store store) {
        this.store = store;
    }

    /**
     * The answer of this request, by doing it now or from the time before.
     *
     * @param action does it, storing the answer under the key; may throw a {@link Problem}
     */
    String run(String principal, String key, String bodyHash, Supplier<String> action) {
        var mine = new Claim(bodyHash, new CompletableFuture<>());
        var name = new Key(principal, key);
        for (Claim other = claims.putIfAbsent(name, mine); other != null; ) {
            check(bodyHash, other.bodyHash());
            Optional<String> result = wait(other);
            if (result.isPresent()) {
                return result.get();
            }
            other = claims.putIfAbsent(name, mine);
        }
        Optional<String> result = Optional.empty();
        try {
            Optional<AnsweredRequest> before = store.answered(principal, key);
            before.ifPresent(answered -> check(bodyHash, answered.bodyHash()));
            result = Optional.of(before.map(AnsweredRequest::result).orElseGet(action));
            return result.get();
        } finally {
            claims.remove(name, mine);
            mine.result().complete(result);
        }
    }

    private static void check(String asked, String before) {
        if (!asked.equals(before)) {
            throw Problem.of(
                    409, "key_reused", "This Idempotency-Key was used for another request.");
        }
    }

    private static Optional<String> wait(Claim other) {
        try {
            return other.result().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.of(503, "stopping", "The server is stopping.");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
