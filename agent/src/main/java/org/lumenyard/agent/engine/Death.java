package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Says in one sentence how a program that should have gone on, or ended with 0, came to its end.
 * What it said shortly before often tells why.
 */
final class Death {
    private static final Path KERNEL_COUNTERS = Path.of("/proc/vmstat");

    /** What was said longer ago has nothing to do with the end. */
    private static final int LAST_LINES = 50;

    private final String program;
    private final long memoryKillsBefore = memoryKills();
    private Optional<Telltale> telltale = Optional.empty();
    private int linesSince;

    /**
     * To be made before the program starts: it notes how often the kernel has killed for memory.
     */
    Death(String program) {
        this.program = program;
    }

    /** Takes note of a line that the program printed. */
    void hear(String line) {
        Optional<Telltale> found = Telltale.of(line);
        linesSince = found.isPresent() ? 0 : linesSince + 1;
        telltale = found.or(() -> linesSince < LAST_LINES ? telltale : Optional.empty());
    }

    /** What the program has lately said of a cause that is known here. */
    Optional<Telltale> telltale() {
        return telltale;
    }

    /**
     * The failure that an end means.
     *
     * @param doing what it was at, to stand after "while"
     * @param lastError the last error it printed, or empty
     */
    WorkFailed explain(Exit exit, String doing, String lastError) {
        // A program run by a wrapper reports a signal as 128 + its number.
        int signal =
                exit.signal() > 0
                        ? exit.signal()
                        : exit.code() > 128 && exit.code() < 160 ? exit.code() - 128 : 0;
        String held =
                exit.peakMiB() > 0
                        ? String.format(Locale.ROOT, " It held up to %,d MiB.", exit.peakMiB())
                        : "";
        if (signal == 9 && memoryKills() > memoryKillsBefore) {
            return new WorkFailed(
                    Reason.OUT_OF_MEMORY,
                    "The system ended %s for lack of memory while %s.%s"
                            .formatted(program, doing, held));
        }
        Optional<Telltale> said = telltale.filter(each -> signal == 0 || each.explainsACrash());
        if (said.isPresent()) {
            return said.get().failure(program, doing);
        }
        return switch (signal) {
            case 0 -> new WorkFailed(Reason.PROGRAM_FAILED, ended(exit, doing, lastError));
            case 4, 6, 7, 8, 11 ->
                    new WorkFailed(
                            Reason.CRASHED,
                            "%s crashed (%s) while %s.%s"
                                    .formatted(program, name(signal), doing, held));
            case 9 ->
                    new WorkFailed(
                            Reason.KILLED,
                            "%s was killed (SIGKILL) while %s; if nobody did that, the machine was out of memory.%s"
                                    .formatted(program, doing, held));
            default ->
                    new WorkFailed(
                            Reason.KILLED,
                            "%s was killed (%s) while %s.".formatted(program, name(signal), doing));
        };
    }

    private String ended(Exit exit, String doing, String lastError) {
        String how = exit.code() == 0 ? "ended by itself" : "ended with code " + exit.code();
        return lastError.isBlank()
                ? "%s %s while %s.".formatted(program, how, doing)
                : "%s %s while %s: %s".formatted(program, how, doing, Sentence.end(lastError));
    }

    private static String name(int signal) {
        return switch (signal) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 4 -> "illegal instruction";
            case 6 -> "abort";
            case 7 -> "bus error";
            case 8 -> "arithmetic error";
            case 11 -> "segmentation fault";
            case 15 -> "SIGTERM";
            case 24 -> "CPU time limit";
            case 25 -> "file size limit";
            default -> "signal " + signal;
        };
    }

    /** How often the kernel has killed a process for memory since it started. */
    private static long memoryKills() {
        try {
            for (String line : Files.readAllLines(KERNEL_COUNTERS)) {
                if (line.startsWith("oom_kill ")) {
                    return Long.parseLong(line.substring("oom_kill ".length()).strip());
                }
            }
        } catch (IOException | NumberFormatException untold) {
            return 0; // another system, or a kernel that does not count
        }
        return 0;
    }
}
