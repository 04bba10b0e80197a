package org.lumenyard.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.lumenyard.cli.EventStream;
import org.lumenyard.cli.FarmClient;
import org.lumenyard.cli.FarmEvent;

/**
 * A job that is drawn while the farm is being killed, and an onlooker who notes when he first saw
 * each frame accepted. A frame that was begun after that moment was drawn twice.
 */
final class Storm implements AutoCloseable {
    /** The record's clock and the onlooker's are the same; reading it takes up to a tick. */
    private static final long TICK_MILLIS = 20;

    private final FarmUnderTest farm;
    private final String job;
    private final Load load;
    private final int tasks;
    private final int frames;
    private final Path records;
    private final Path output;
    private final Map<Integer, Long> seenAccepted = new ConcurrentHashMap<>();
    private final Thread onlooker;

    private Storm(FarmUnderTest farm, String job, Load load, int tasks, Path folder) {
        this.farm = farm;
        this.job = job;
        this.load = load;
        this.tasks = tasks;
        this.frames = tasks * load.framesPerTask();
        this.records = folder.resolve("records");
        this.output = folder.resolve("frames");
        this.onlooker = Thread.ofVirtual().name("onlooker").start(this::look);
    }

    /**
     * Submits so many frames, or a few more that fill the last task; each with a lock and a line in
     * the record.
     */
    static Storm begin(FarmUnderTest farm, String name, Load load, int frames, Random chance)
            throws IOException {
        int tasks = Math.ceilDiv(frames, load.framesPerTask());
        Path folder = Files.createDirectories(farm.work().resolve(name));
        Files.createDirectories(folder.resolve("records"));
        var parameters = new TreeMap<String, Object>(load.parameters(farm.work(), chance));
        if (load.framesPerTask() == 1) parameters.put("Frames", "1-" + tasks);
        else parameters.put("Tasks", "0-" + (tasks - 1));
        parameters.put("Output", folder.resolve("frames"));
        parameters.put("Records", folder.resolve("records"));
        String job =
                farm.client()
                        .post(
                                "/jobs",
                                FarmUnderTest.template(load.template(), parameters, name),
                                name)
                        .path("id")
                        .asText();
        return new Storm(farm, job, load, tasks, folder);
    }

    String job() {
        return job;
    }

    private void look() {
        try (EventStream events = farm.client().events(-1)) {
            while (seenAccepted.size() < frames) {
                FarmEvent event = events.next(java.time.Duration.ofSeconds(2));
                if (event instanceof FarmEvent.Away || event instanceof FarmEvent.Telemetry)
                    continue;
                noteAccepted();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private void noteAccepted() {
        try {
            JsonNode strip = farm.client().get("/jobs/" + job + "/strip");
            long now = Kernel.bootMillis();
            for (JsonNode cell : strip.path("steps").path(0).path("cells")) {
                if (!cell.path("state").asText().equals("done")) continue;
                for (long index = cell.path("from").asLong();
                        index <= cell.path("to").asLong();
                        index++) {
                    for (int i = 1; i <= load.framesPerTask(); i++)
                        seenAccepted.putIfAbsent((int) index * load.framesPerTask() + i, now);
                }
            }
        } catch (FarmClient.Failed away) {
            // Looked at again when it is back.
        }
    }

    /**
     * What is going on, for the line that is printed at a kill: seen from outside where the server
     * is not asked.
     */
    String phase() throws IOException {
        int drawn = DrawnRecord.read(records).byFrame().size();
        var held = new ArrayList<Integer>();
        for (int frame = 1; frame <= frames; frame++) {
            if (!seenAccepted.containsKey(frame)
                    && Kernel.isLocked(records.resolve(frame + ".lock"))) held.add(frame);
        }
        return "%d of %d frames drawn, %d seen accepted, drawing %s"
                .formatted(drawn, frames, seenAccepted.size(), held.isEmpty() ? "nothing" : held);
    }

    /** How many frames it has. */
    int frames() {
        return frames;
    }

    /** How many frames the onlooker has seen accepted. */
    int accepted() {
        return seenAccepted.size();
    }

    /** How many frames are not yet drawn, as the record tells. */
    int left() throws IOException {
        return frames - DrawnRecord.read(records).byFrame().size();
    }

    /** Everything that is wrong with it in the end; empty when all is well. */
    List<String> wrongs() throws IOException {
        var wrongs = new ArrayList<String>();
        DrawnRecord record = DrawnRecord.read(records);
        List<JsonNode> runs = farm.runs(job);
        Map<Integer, List<DrawnRecord.Line>> drawn = record.byFrame();
        record.overlaps().forEach(pair -> wrongs.add("twice at once: " + pair));
        for (int frame = 1; frame <= frames; frame++) {
            if (!drawn.containsKey(frame))
                wrongs.add("frame " + frame + " was never drawn to its end");
            if (!load.hasPicture(output, frame)) wrongs.add("frame " + frame + " has no picture");
            long accepted = seenAccepted.getOrDefault(frame, Long.MAX_VALUE - TICK_MILLIS);
            for (DrawnRecord.Line line : drawn.getOrDefault(frame, List.of())) {
                if (line.began() > accepted + TICK_MILLIS)
                    wrongs.add("twice: accepted at " + accepted + ", drawn again: " + line);
            }
        }
        judgeRuns(runs, wrongs);
        return wrongs;
    }

    /**
     * The server's own account must agree: one accepted run for each task, and none placed after
     * it.
     */
    private void judgeRuns(List<JsonNode> runs, List<String> wrongs) {
        var accepted = new TreeMap<Long, String>();
        for (JsonNode run : runs) {
            long index = run.path("index").asLong();
            String id = run.path("id").asText();
            if (accepted.containsKey(index))
                wrongs.add(
                        "task "
                                + index
                                + " had run "
                                + id
                                + " after "
                                + accepted.get(index)
                                + " was accepted");
            if (run.path("state").asText().equals("done")) accepted.put(index, id);
            String sentence = run.path("sentence").asText();
            // A command has no reason of its own to give, only a sentence.
            if (run.path("reason").asText().equals("twice_at_once")
                    || sentence.contains("twice at once"))
                wrongs.add("a lock was refused: " + sentence);
        }
        if (accepted.size() != tasks)
            wrongs.add(accepted.size() + " of " + tasks + " tasks have an accepted run");
    }

    /** Parts of pictures that nobody will finish. */
    List<String> leftParts() throws IOException {
        try (var files = Files.list(output)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains(".part."))
                    .toList();
        }
    }

    /** What it came to. */
    Account account() throws IOException {
        DrawnRecord record = DrawnRecord.read(records);
        int drawn = record.byFrame().size();
        return new Account(
                drawn,
                frames - drawn,
                record.lines().size() - drawn,
                farm.runs(job).stream()
                        .filter(run -> !run.path("state").asText().equals("done"))
                        .count());
    }

    /**
     * What storms came to.
     *
     * @param again how often a frame was drawn again, for its first run was lost before it counted
     * @param brokenRuns how many runs did not end as done
     */
    record Account(long drawn, long lost, long again, long brokenRuns) {
        static final Account NONE = new Account(0, 0, 0, 0);

        Account plus(Account other) {
            return new Account(
                    drawn + other.drawn,
                    lost + other.lost,
                    again + other.again,
                    brokenRuns + other.brokenRuns);
        }

        @Override
        public String toString() {
            return "%d frames drawn, %d lost, %d drawn again before they were accepted, %d runs broken off"
                    .formatted(drawn, lost, again, brokenRuns);
        }
    }

    @Override
    public void close() throws InterruptedException {
        onlooker.interrupt();
        onlooker.join();
    }
}
