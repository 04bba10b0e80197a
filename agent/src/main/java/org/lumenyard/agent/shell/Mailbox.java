package org.lumenyard.agent.shell;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.Event;

/** Where all threads leave what has happened, for the one that owns the core. */
final class Mailbox {
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

    void post(Event event) {
        events.add(event);
    }

    @Nullable Event await(long millis) throws InterruptedException {
        return events.poll(Math.max(0, millis), TimeUnit.MILLISECONDS);
    }
}
