package org.lumenyard.cli;

import java.time.Duration;
import java.time.Instant;

/** Figures in words. */
final class Phrases {
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

    /** What is left of a job at its pace until now; empty where that cannot be told. */
    static String left(Contract.Job job) {
        Double pace = job.tasksPerMinute();
        long left = job.counts().waiting() + job.counts().running();
        if (pace == null || pace <= 0 || left == 0 || !job.state().equals("running")) return "";
        return duration(Duration.ofMillis((long) (left / pace * 60_000)));
    }
}
