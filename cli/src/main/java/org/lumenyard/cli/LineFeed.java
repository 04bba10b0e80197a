package org.lumenyard.cli;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An answer's lines as they arrive, so that a reader can wait for one with a limit. */
final class LineFeed implements AutoCloseable {
    private sealed interface Item {}

    private record Line(String text) implements Item {}

    private record End(@Nullable Throwable why) implements Item {}

    private final BlockingQueue<Item> arrived = new LinkedBlockingQueue<>();
    private volatile Flow.@Nullable Subscription subscription;

    LineFeed(Flow.Publisher<List<ByteBuffer>> body) {
        body.subscribe(BodySubscribers.fromLineSubscriber(new Arrivals()));
    }

    /**
     * The next line; empty at the end of the answer.
     *
     * @throws IOException when the connection broke, or nothing came in time
     */
    Optional<String> next(Duration patience) throws IOException, InterruptedException {
        return switch (arrived.poll(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            case Line line -> {
                ask();
                yield Optional.of(line.text());
            }
            case End(Throwable why) when why != null ->
                    throw new IOException("the connection broke", why);
            case End end -> Optional.empty();
            case null ->
                    throw new IOException(
                            "the server has said nothing for " + patience.toSeconds() + " s");
        };
    }

    private void ask() {
        Flow.Subscription current = subscription;
        if (current != null) current.request(1);
    }

    @Override
    public void close() {
        Flow.Subscription current = subscription;
        if (current != null) current.cancel();
    }

    private final class Arrivals implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(64);
        }

        @Override
        public void onNext(String line) {
            arrived.add(new Line(line));
        }

        @Override
        public void onError(Throwable why) {
            arrived.add(new End(why));
        }

        @Override
        public void onComplete() {
            arrived.add(new End(null));
        }
    }
}
