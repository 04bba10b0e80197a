package org.lumenyard.server.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Milliseconds that go on while the machine sleeps, which {@link System#nanoTime} does not: a lease
 * that ran out in somebody's sleep must be seen to have run out.
 */
public final class BootClock implements LongSupplier {
    private static final Path UPTIME = Path.of("/proc/uptime");

    private final boolean uptime = Files.isReadable(UPTIME);

    @Override
    public long getAsLong() {
        if (!uptime) {
            return System.nanoTime() / 1_000_000;
        }
        try {
            String text = Files.readString(UPTIME);
            int point = text.indexOf('.');
            long seconds = Long.parseLong(text, 0, point, 10);
            long hundredths = Long.parseLong(text, point + 1, point + 3, 10);
            return seconds * 1000 + hundredths * 10;
        } catch (IOException e) {
            throw new IllegalStateException("the kernel's uptime cannot be read any more", e);
        }
    }
}
