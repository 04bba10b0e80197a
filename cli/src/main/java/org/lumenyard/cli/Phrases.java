package org.lumenyard.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Figures in words. */
final class Phrases {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ROOT);

    private Phrases() {}

    /** {@code 8 s}, {@code 3:42 min}, {@code 2 h 05 min}, {@code 3 d 4 h}. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) return seconds + " s";
        if (seconds < 3_600) return "%d:%02d min".formatted(seconds / 60, seconds % 60);
        if (seconds < 86_400) return "%d h %02d min".formatted(seconds / 3_600, seconds / 60 % 60);
        return "%d d %d h".formatted(seconds / 86_400, seconds / 3_600 % 24);
    }

    /** How long ago. */
    static String ago(Instant then, Instant now) {
        long seconds = Duration.between(then, now).toSeconds();
        if (seconds < 10) return "just now";
        if (seconds < 60) return seconds + " s ago";
        if (seconds < 3_600) return seconds / 60 + " min ago";
        return seconds < 86_400 ? seconds / 3_600 + " h ago" : seconds / 86_400 + " d ago";
    }

    /** {@code 31/min}, {@code 0.4/min}. */
    static String rate(double perMinute) {
        return (perMinute >= 10 ? "%.0f/min" : "%.1f/min").formatted(perMinute);
    }

    /** {@code 1 task}, {@code 24 tasks}. */
    static String tasks(long count) {
        return count == 1 ? "1 task" : "%,d tasks".formatted(count);
    }

    /** {@code 12/24}, with what failed. */
    static String done(Contract.Counts counts) {
        String done = counts.done() + "/" + counts.total();
        return counts.failed() == 0 ? done : done + ", " + counts.failed() + " failed";
    }

    /** {@code normal 50}: the band is left out where it is the usual one. */
    static String rank(Contract.Job job) {
        return job.band().equals("normal")
                ? "" + job.priority()
                : job.band() + " " + job.priority();
    }

    /**
     * How long a job should still take: as the server forecasts, or at its pace until now where the
     * server says nothing of it; empty where that cannot be told.
     */
    static String left(Contract.Job job, Instant now) {
        if (job.eta() != null) return duration(Duration.between(now, job.eta().p50()));
        return job.noEta() == null ? leftAtItsPace(job) : "";
    }

    private static String leftAtItsPace(Contract.Job job) {
        Double pace = job.tasksPerMinute();
        long left = job.counts().waiting() + job.counts().running();
        if (pace == null || pace <= 0 || left == 0 || !job.state().equals("running")) return "";
        return duration(Duration.ofMillis((long) (left / pace * 60_000)));
    }

    /** {@code 14:20}, {@code 02:10 tomorrow}, {@code 3 Dec 02:10}. */
    static String clock(Instant moment, Instant now, ZoneId zone) {
        var at = moment.atZone(zone);
        long days = ChronoUnit.DAYS.between(now.atZone(zone).toLocalDate(), at.toLocalDate());
        String time = TIME.format(at);
        if (days == 0) return time;
        return days == 1 ? time + " tomorrow" : DAY.format(at) + " " + time;
    }

    /** When a job should be done, as a sentence; empty where that cannot be told. */
    static String done(Contract.Job job, Instant now, ZoneId zone) {
        Contract.Eta eta = job.eta();
        if (eta == null) return "";
        String about = clock(eta.p50(), now, zone);
        String late = clock(eta.p90(), now, zone);
        if (about.equals(late)) return "Done about " + about + ", in " + left(job, now) + ".";
        return "Done about %s, in %s; by %s in nine of ten cases."
                .formatted(about, left(job, now), late);
    }
}
