package org.lumenyard.launcher.demo;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Notes when each frame's file gets its name, by the file system's own word. */
final class Publications {
    private final WatchService watcher;
    private final Pattern name;
    private final Path record;
    private final Map<Integer, Long> first = new TreeMap<>();
    private final Thread thread;

    private Publications(WatchService watcher, Pattern name, Path record) {
        this.watcher = watcher;
        this.name = name;
        this.record = record;
        this.thread = Thread.ofPlatform().daemon().name("publications").unstarted(this::watch);
    }

    /** Begins with an empty folder: what is there of such files goes. */
    static Publications watch(Path folder, String prefix, Path record) throws IOException {
        var name = Pattern.compile(Pattern.quote(prefix) + "([0-9]+)\\.png");
        try (var files = Files.list(folder)) {
            for (Path file : files.toList())
                if (name.matcher(file.getFileName().toString()).matches()) Files.delete(file);
        }
        WatchService watcher = folder.getFileSystem().newWatchService();
        folder.register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
        var publications = new Publications(watcher, name, record);
        publications.thread.start();
        return publications;
    }

    private void watch() {
        try {
            while (true) {
                WatchKey key = watcher.take();
                long now = bootMillis();
                for (WatchEvent<?> event : key.pollEvents())
                    note(String.valueOf(event.context()), now);
                key.reset();
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            // Closed: all is noted.
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private synchronized void note(String file, long now) throws IOException {
        Matcher frame = name.matcher(file);
        if (!frame.matches()) return;
        int number = Integer.parseInt(frame.group(1));
        first.putIfAbsent(number, now);
        Files.writeString(
                record,
                number + " " + now + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** The clock of the renderer's record. */
    private static long bootMillis() throws IOException {
        String uptime = Files.readString(Path.of("/proc/uptime"));
        return Math.round(Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1000);
    }

    /** Ends, after what has just happened is noted too. */
    Map<Integer, Long> close() throws IOException, InterruptedException {
        Thread.sleep(300);
        watcher.close();
        thread.join();
        synchronized (this) {
            return Map.copyOf(first);
        }
    }
}
