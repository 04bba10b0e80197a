package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Shows how a job goes until it ends, or until the farm holds it: one line drawn anew on a
 * terminal, a line now and then elsewhere. It reads the job again when the server says that it has
 * changed, and only then.
 */
final class JobWatch {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final long QUIET_NANOS = 5_000_000_000L;
    private static final int BAR = 24;

    private final FarmClient farm;
    private final Screen screen;
    private final PrintWriter out;
    private final Map<String, FarmEvent.RunProgress> running = new HashMap<>();
    private double fraction;
    private long doneBefore;
    private boolean away;
    private String said = "";
    private String saidWhat = "";
    private long saidAt;

    JobWatch(FarmClient farm, Screen screen, PrintWriter out) {
        this.farm = farm;
        this.screen = screen;
        this.out = out;
    }

    /** Watches it; gives the whole job as it was at its end. */
    JsonNode untilEnd(String job) throws InterruptedException {
        if (!screen.live()) return watched(job);
        // Ctrl-C leaves the last line whole, and the shell's own on the next.
        var tidy = new Thread(() -> System.out.println(), "tidy");
        Runtime.getRuntime().addShutdownHook(tidy);
        try {
            return watched(job);
        } finally {
            keepQuiet(tidy);
        }
    }

    private static void keepQuiet(Thread tidy) {
        try {
            Runtime.getRuntime().removeShutdownHook(tidy);
        } catch (IllegalStateException e) {
            // The process ends already: then the line is as well ended once more.
        }
    }

    private JsonNode watched(String job) throws InterruptedException {
        String path = Address.of("jobs", job).text();
        Answer answer = farm.read(path);
        try (EventStream events = farm.events(answer.revision())) {
            Contract.Job shown = answer.as(Contract.Job.class);
            boolean owed = false;
            while (!shown.isFinished() && !shown.needsRelease()) {
                draw(shown);
                FarmEvent event = events.next(TICK);
                boolean stale = isNews(event, shown.id()) || (owed && !away);
                if (!stale) continue;
                try {
                    answer = farm.read(path);
                    shown = answer.as(Contract.Job.class);
                    running.clear();
                    owed = false;
                } catch (UnreachableException e) {
                    // It went away between telling and being asked: asked again as soon as it is
                    // back.
                    owed = true;
                }
            }
            finish(shown);
            return answer.body();
        }
    }

    /** Takes in what was told; says whether the job is to be read again. */
    private boolean isNews(FarmEvent event, String job) {
        return switch (event) {
            case FarmEvent.Changed changed -> changed.jobs().contains(job);
            case FarmEvent.Reset reset -> true;
            case FarmEvent.Connected() -> {
                boolean wasAway = away;
                away = false;
                yield wasAway;
            }
            case FarmEvent.Away lost -> {
                away = true;
                yield false;
            }
            case FarmEvent.Telemetry telemetry -> {
                telemetry.runs().stream()
                        .filter(run -> run.job().equals(job))
                        .forEach(run -> running.put(run.run(), run));
                yield false;
            }
            case FarmEvent.Silence() -> false;
        };
    }

    private void draw(Contract.Job job) {
        if (screen.live()) {
            String line = line(job);
            if (!line.equals(said)) out.print("\r\033[K" + line);
            out.flush();
            said = line;
        } else {
            say(job);
        }
    }

    private void finish(Contract.Job job) {
        if (screen.live()) {
            fraction = 0;
            out.println("\r\033[K" + line(job));
        } else {
            saidWhat = "";
            say(job);
        }
        out.flush();
    }

    /** Where lines pile up: at once when something else is the matter, otherwise now and then. */
    private void say(Contract.Job job) {
        String line = words(job);
        String what = job.state() + note(job);
        long now = System.nanoTime();
        if (line.equals(said) || (what.equals(saidWhat) && now - saidAt < QUIET_NANOS)) return;
        out.println(screen.fit(Screen.clean(job.name()), 24) + ": " + line);
        out.flush();
        said = line;
        saidWhat = what;
        saidAt = now;
    }

    private String line(Contract.Job job) {
        String name = screen.fit(Screen.clean(job.name()), Math.max(8, screen.width() / 5));
        int width = Math.min(BAR, Math.max(8, screen.width() / 4));
        int full = (int) (fraction(job) * width);
        String bar = "[" + "#".repeat(full) + ".".repeat(width - full) + "]";
        // One column is left free: a terminal would begin a new line after the last.
        return screen.fit(name + " " + bar + " " + words(job), screen.width() - 1);
    }

    /** What is done and how much of what runs; it only goes back when the job itself does. */
    private double fraction(Contract.Job job) {
        long total = Math.max(1, job.counts().total());
        if (job.counts().done() < doneBefore) fraction = 0;
        doneBefore = job.counts().done();
        double partial =
                running.values().stream().mapToDouble(FarmEvent.RunProgress::progress).sum();
        double now = (doneBefore + Math.min(partial, job.counts().running())) / total;
        fraction = Math.clamp(Math.max(fraction, now), 0, 1);
        return fraction;
    }

    private String words(Contract.Job job) {
        var words = new StringBuilder(Phrases.done(job.counts()));
        boolean moving = job.state().equals("running") && job.tasksPerMinute() != null;
        if (!moving) words.append("  ").append(job.state());
        Double pace = job.tasksPerMinute();
        if (pace != null && pace > 0 && !job.isFinished())
            words.append("  ").append(Phrases.rate(pace));
        String left = Phrases.left(job, Instant.now());
        if (!left.isEmpty() && !away) words.append("  ").append(left).append(" left");
        String note = note(job);
        return note.isEmpty() ? words.toString() : words + "  " + note;
    }

    private String note(Contract.Job job) {
        if (away) return "The server is away; what runs goes on. Trying again...";
        return Screen.clean(job.reason());
    }
}
