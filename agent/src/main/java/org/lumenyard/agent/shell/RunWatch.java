package org.lumenyard.agent.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.lumenyard.agent.engine.Reason;
import org.lumenyard.agent.guard.ProcessTrees;
import org.lumenyard.agent.guard.ProcessTrees.Usage;

/**
 * Watches over one run: that something comes of it, and that it keeps the job's time limit. Looks
 * are taken by one thread; they never wait for a disk.
 */
final class RunWatch {
    /** How long nothing may come of a run when the server does not say. */
    static final long USUAL_STALL_MILLIS = 600_000;

    /** Files are looked for only while all else is still, and no more often than this. */
    private static final long FILES_EVERY_MILLIS = 30_000;

    /** What a run shows of itself. */
    interface Watched {
        /** How much it has printed, reported and begun. */
        long spoken();

        /** The guards of its processes; of a warm instance's too, while the run has it. */
        List<Long> guards();

        /** How large its unfinished outputs and its log are; may wait for a dead file server. */
        long fileBytes();
    }

    /**
     * Why a run is to be ended.
     *
     * @param sentence for people
     * @param notes for the run's log
     */
    record Verdict(Reason reason, String sentence, List<String> notes) {}

    private final Watched watched;
    private final LongSupplier clock;
    private final Executor fileLooks;
    private final long stallMillis;
    private final OptionalLong limitMillis;
    private final long beganAt;
    private final StallWatch stall;
    private long spoken;
    private long filesLookedAt;
    private volatile long fileBytes = StallWatch.UNKNOWN;
    private volatile boolean filesAreKnown = true;

    /**
     * @param stallMillis for how long nothing may come of the run
     * @param limitMillis how long it may take in all
     * @param clock milliseconds; best one that stands still while the machine sleeps
     * @param fileLooks has a thread to spare for each look at files
     */
    RunWatch(
            Watched watched,
            long stallMillis,
            OptionalLong limitMillis,
            LongSupplier clock,
            Executor fileLooks) {
        this.watched = watched;
        this.stallMillis = stallMillis;
        this.limitMillis = limitMillis;
        this.clock = clock;
        this.fileLooks = fileLooks;
        this.beganAt = clock.getAsLong();
        this.stall = new StallWatch(stallMillis, beganAt);
    }

    /**
     * Looks once.
     *
     * @param trees the processes of this moment, asked for only where they matter
     * @return the end of the run, if it is to end
     */
    Optional<Verdict> look(Supplier<ProcessTrees> trees) {
        long now = clock.getAsLong();
        if (limitMillis.isPresent() && now - beganAt >= limitMillis.getAsLong()) {
            return Optional.of(tookTooLong(limitMillis.getAsLong()));
        }
        long nowSpoken = watched.spoken();
        if (nowSpoken != spoken) {
            spoken = nowSpoken;
            stall.apply(StallWatch.Signs.spoken(nowSpoken), now);
            return Optional.empty();
        }
        lookAtFiles(now);
        Usage used =
                watched.guards().stream().map(trees.get()::used).reduce(Usage.NONE, Usage::plus);
        var signs = new StallWatch.Signs(nowSpoken, used.cpuMillis(), used.diskBytes(), fileBytes);
        return stall.apply(signs, now) ? Optional.of(stalled(trees.get())) : Optional.empty();
    }

    /** In the background: what a dead file server does not answer has not grown either. */
    private void lookAtFiles(long now) {
        long every = Math.min(FILES_EVERY_MILLIS, stallMillis / 8);
        boolean isDue = stall.quietMillis() >= every && now - filesLookedAt >= every;
        if (isDue && filesAreKnown) {
            filesLookedAt = now;
            filesAreKnown = false;
            fileLooks.execute(() -> {
                fileBytes = watched.fileBytes();
                filesAreKnown = true;
            });
        }
    }

    private Verdict stalled(ProcessTrees trees) {
        var notes = new ArrayList<String>();
        notes.add("lumenyard: where its processes stand:");
        for (long guard : watched.guards()) {
            trees.positions(guard).forEach(line -> notes.add("lumenyard:   " + line));
        }
        String sentence =
                "Nothing came of it for %s: no output, no processor time, no growing file."
                        .formatted(inWords(stallMillis));
        String obstacle =
                watched.guards().stream()
                        .flatMap(guard -> trees.obstacle(guard).stream())
                        .findFirst()
                        .map(each -> " " + each)
                        .orElse("");
        return new Verdict(Reason.STALLED, sentence + obstacle, notes);
    }

    private static Verdict tookTooLong(long limitMillis) {
        return new Verdict(
                Reason.TIME_LIMIT,
                "It took longer than the job allows, %s.".formatted(inWords(limitMillis)),
                List.of());
    }

    /** {@code 10 minutes}, {@code 2.5 seconds}, {@code 3 hours}. */
    private static String inWords(long millis) {
        if (millis < 120_000) {
            return number(millis / 1_000.0) + (millis == 1_000 ? " second" : " seconds");
        }
        return millis < 7_200_000
                ? number(millis / 60_000.0) + " minutes"
                : number(millis / 3_600_000.0) + " hours";
    }

    private static String number(double value) {
        double rounded = Math.round(value * 10) / 10.0;
        return rounded == Math.rint(rounded)
                ? Long.toString((long) rounded)
                : String.format(Locale.ROOT, "%.1f", rounded);
    }
}
