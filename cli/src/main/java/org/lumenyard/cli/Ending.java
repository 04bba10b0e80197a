package org.lumenyard.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What is left to say of a job that has ended, or stands still. */
final class Ending {
    private Ending() {}

    static List<String> lines(Contract.Job job) {
        var lines = new ArrayList<String>();
        String took =
                job.startedAt() == null || job.finishedAt() == null
                        ? ""
                        : " It took "
                                + Phrases.duration(
                                        Duration.between(job.startedAt(), job.finishedAt()))
                                + ".";
        String sentence = Screen.clean(job.sentence() == null ? job.state() : job.sentence());
        lines.add((sentence.endsWith(".") ? sentence : sentence + ".") + took);
        if (job.state().equals("done")) {
            add(lines, "pictures", job.parameter("Output"));
            add(lines, "film", job.parameter("Film"));
        } else {
            add(lines, "reason", job.reason());
        }
        if (job.state().equals("failed")) {
            add(lines, "its log", "lumenyard logs " + job.id());
            add(lines, "try again", "lumenyard retry " + job.id());
        }
        if (job.needsRelease()) add(lines, "go on", "lumenyard release " + job.id());
        return lines;
    }

    private static void add(List<String> lines, String name, String value) {
        if (!value.isBlank()) lines.add("  %-11s %s".formatted(name, Screen.clean(value)));
    }

    /** What scripts are told. */
    static int exitCode(Contract.Job job) {
        return job.state().equals("done") ? ClientCommand.DONE : ClientCommand.JOB_FAILED;
    }
}
