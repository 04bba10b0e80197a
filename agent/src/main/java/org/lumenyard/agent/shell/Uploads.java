package org.lumenyard.agent.shell;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings logs and small pictures to the server, apart from everything else: it may fail for as long
 * as it likes, and nothing waits for it but the file's own removal.
 */
final class Uploads implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Uploads.class);
    private static final int PART_BYTES = 512 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long EVERY_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 15_000;
    private static final long GIVE_UP_NANOS = Duration.ofMinutes(15).toNanos();

    private enum Answer {
        KEPT,
        /** Never: the server will not have this. */
        REFUSED,
        /** The server lacks what came before. */
        GAP,
        /** Later, perhaps. */
        TROUBLE
    }

    private record Picture(String label, Path file) {}

    private final Supplier<URI> server;
    private final String token;
    private final HttpClient client;
    private final Set<RunUpload> runs = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("uploads").factory());

    Uploads(Supplier<URI> server, String token, HttpClient client) {
        this.server = server;
        this.token = token;
        this.client = client;
        clock.scheduleWithFixedDelay(
                () -> runs.forEach(RunUpload::push),
                EVERY_MILLIS,
                EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** A run's uploads from now on: its log as it grows, and what it hands over. */
    RunUpload begin(long run, Path logFile) {
        var upload = new RunUpload(run, logFile);
        runs.add(upload);
        return upload;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** What one run has to say. Thread-safe. */
    final class RunUpload {
        private final long run;
        private final Path logFile;
        private final Deque<Picture> pictures = new ArrayDeque<>();
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private boolean busy;
        private boolean complete;
        private boolean logClosed;
        private boolean startedOver;
        private long sent;
        private int failures;
        private long notBefore = System.nanoTime();
        private long giveUpAt = Long.MAX_VALUE;

        RunUpload(long run, Path logFile) {
            this.run = run;
            this.logFile = logFile;
        }

        synchronized void picture(String label, Path file) {
            pictures.add(new Picture(label, file));
            push();
        }

        /**
         * Nothing more will be said.
         *
         * @return completes when the server has everything, or will not have it
         */
        synchronized CompletableFuture<Void> finish() {
            if (!complete) {
                complete = true;
                giveUpAt = System.nanoTime() + GIVE_UP_NANOS;
                notBefore = System.nanoTime();
                push();
            }
            return done.copy();
        }

        /** Sends what there is to be sent, on a thread of its own, unless one is at it. */
        synchronized void push() {
            if (!busy && !done.isDone() && System.nanoTime() - notBefore >= 0 && hasSomething()) {
                busy = true;
                Thread.ofVirtual().name("upload-" + run).start(this::sendAll);
            }
        }

        private boolean hasSomething() {
            return !pictures.isEmpty() || complete || logSize() > sent;
        }

        private long logSize() {
            try {
                return Files.size(logFile);
            } catch (IOException gone) {
                return 0;
            }
        }

        private void sendAll() {
            Answer answer = Answer.TROUBLE;
            try {
                answer = sendPictures();
                if (answer == Answer.KEPT) {
                    answer = sendLog();
                }
            } catch (IOException | RuntimeException e) {
                log.debug("run {}: an upload failed", run, e);
                answer = Answer.TROUBLE;
            } catch (InterruptedException stopped) {
                answer = Answer.TROUBLE;
            } finally {
                settle(answer);
            }
        }

        private synchronized void settle(Answer answer) {
            busy = false;
            boolean tooLate = complete && System.nanoTime() - giveUpAt >= 0;
            if ((complete && logClosed && pictures.isEmpty()) || tooLate) {
                runs.remove(this);
                done.complete(null);
            } else if (answer == Answer.KEPT) {
                failures = 0;
                if (complete || !pictures.isEmpty()) {
                    push();
                }
            } else {
                long pause =
                        Math.min(LONGEST_PAUSE_MILLIS, EVERY_MILLIS << Math.min(failures++, 10));
                notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
            }
        }

        private Answer sendPictures() throws IOException, InterruptedException {
            for (Picture picture = first(); picture != null; picture = first()) {
                byte[] bytes =
                        Files.exists(picture.file())
                                ? Files.readAllBytes(picture.file())
                                : new byte[0];
                Answer answer =
                        bytes.length == 0
                                ? Answer.REFUSED
                                : put(
                                        "thumbnails/" + encoded(picture.label()),
                                        typeOf(bytes),
                                        bytes);
                if (answer == Answer.TROUBLE) {
                    return answer;
                }
                synchronized (this) {
                    pictures.remove();
                }
                Files.deleteIfExists(picture.file());
            }
            return Answer.KEPT;
        }

        private synchronized @Nullable Picture first() {
            return pictures.peek();
        }

        private Answer sendLog() throws IOException, InterruptedException {
            while (!logClosed) {
                boolean wasComplete = isComplete();
                byte[] part =
                        Files.exists(logFile)
                                ? RunLog.read(logFile, sent, PART_BYTES)
                                : new byte[0];
                boolean last = wasComplete && sent + part.length >= logSize();
                if (part.length == 0 && !last) {
                    return Answer.KEPT;
                }
                Answer answer =
                        put(
                                "log?offset=" + sent + (last ? "&final=true" : ""),
                                "application/octet-stream",
                                part);
                switch (answer) {
                    case KEPT -> {
                        sent += part.length;
                        logClosed = last;
                    }
                    case REFUSED -> logClosed = true;
                    case GAP -> startOver();
                    case TROUBLE -> {
                        return answer;
                    }
                }
            }
            return Answer.KEPT;
        }

        private synchronized boolean isComplete() {
            return complete;
        }

        private void startOver() {
            logClosed = startedOver && sent == 0;
            startedOver = true;
            sent = 0;
        }

        private Answer put(String what, String type, byte[] bytes)
                throws IOException, InterruptedException {
            var request =
                    HttpRequest.newBuilder(
                                    address().resolve("/api/v1/runs/" + shortId(run) + "/" + what))
                            .timeout(PATIENCE)
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", type)
                            .PUT(BodyPublishers.ofByteArray(bytes))
                            .build();
            int status = client.send(request, BodyHandlers.discarding()).statusCode();
            return switch (status) {
                case 409 -> Answer.GAP;
                case 400, 404, 405, 410, 413, 415, 422 -> {
                    log.warn("run {}: the server refuses {} with {}", run, what, status);
                    yield Answer.REFUSED;
                }
                default -> status / 100 == 2 ? Answer.KEPT : Answer.TROUBLE;
            };
        }
    }

    /** A server whose address is not to be had just now is away like any other. */
    private URI address() throws IOException {
        try {
            return server.get();
        } catch (RuntimeException e) {
            throw new IOException("the server's address is not known", e);
        }
    }

    /** Numbers are base 36 in addresses. */
    private static String shortId(long number) {
        return Long.toString(number, 36);
    }

    private static String encoded(String label) {
        return URLEncoder.encode(label, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String typeOf(byte[] bytes) {
        return bytes.length > 1 && (bytes[0] & 0xFF) == 0xFF ? "image/jpeg" : "image/png";
    }
}
