package org.lumenyard.agent.engine;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line by which a program gives away why it cannot go on: no licence, no memory, a missing file.
 * It counts only when the program then fails; many a program complains and goes on.
 *
 * @param reason what the line means
 * @param line the line, without what stands around it
 */
record Telltale(Reason reason, String line) {
    private static final int LONGEST = 200;

    /** What lines that mean one reason look like, in small letters. */
    private record Phrases(Reason reason, List<Pattern> patterns) {
        static Phrases of(Reason reason, String... expressions) {
            return new Phrases(
                    reason, List.of(expressions).stream().map(Pattern::compile).toList());
        }

        boolean areIn(String line) {
            return patterns.stream().anyMatch(pattern -> pattern.matcher(line).find());
        }
    }

    /**
     * Sources: the error lists of FlexNet and Reprise licence managers, and what Cycles, OptiX,
     * HIP, Arnold, V-Ray, Redshift, Houdini and Nuke print. The card's memory stands before the
     * machine's, for both say "out of memory".
     */
    private static final List<Phrases> KNOWN =
            List.of(
                    Phrases.of(
                            Reason.LICENCE,
                            "(could not|couldn't|cannot|can't|unable to|failed to|failure to)"
                                    + " (be )?(check ?out|obtain|acquire|get|find|connect to|contact|reach|verify|validate)"
                                    + "\\b.{0,40}\\blicen[sc](e|es|ing)\\b",
                            "\\bno\\b.{0,20}\\blicen[sc]es? ((is|are|was|were) )?(available|found|left|free|for)\\b",
                            "\\blicen[sc]es?\\b.{0,40}\\b(not available|unavailable|not found|was not found"
                                    + "|has expired|is expired|expired|denied|rejected|could not be|check ?out failed"
                                    + "|in use|limit reached|limit exceeded)\\b",
                            "\\blicen[sc](e|ing) (error|failure)\\b",
                            "\\b(invalid|expired|missing) licen[sc]e\\b",
                            "\\bno licen[sc]es? could be found\\b",
                            "\\blicensed number of users already reached\\b",
                            "\\bflex ?(lm|net)\\b.{0,30}\\berror\\b",
                            "\\brlm\\b.{0,40}\\b(no license|all licenses in use)\\b",
                            "\\blicen[sc].{0,80}-(4,132|5,357|15,570|15,10|96,7|96,491|97,121|97)\\b"),
                    Phrases.of(
                            Reason.GPU_OUT_OF_MEMORY,
                            "\\b(cuda|optix|hip|oneapi|metal)\\b.{0,60}\\bout of memory\\b",
                            "\\bout of memory\\b.{0,30}\\b(cuda|optix|hip|oneapi|metal|gpu|vram)\\b",
                            "\\bout of (gpu|vram|video|graphics|device)\\b.{0,30}\\bmemory\\b",
                            "\\bout of vram\\b",
                            "\\b(cuda_error_out_of_memory|hiperroroutofmemory|optix_error_device_out_of_memory"
                                    + "|cudaerrormemoryallocation)\\b",
                            "\\b(gpu|vram)\\b.{0,20}\\bout of memory\\b"),
                    Phrases.of(
                            Reason.GPU_FAILED,
                            "\\billegal address in (cuda|hip|optix)\\b",
                            "\\b(cuda|hip|optix) (error|failure)\\b.{0,20}[:(]",
                            "\\b(cuda_error|optix_error|hiperror)[a-z_]+\\b"),
                    Phrases.of(
                            Reason.OUT_OF_MEMORY,
                            "\\bstd::bad_alloc\\b",
                            "^memoryerror\\b",
                            "\\bcannot allocate memory\\b",
                            "\\b[mc]alloc returns null\\b",
                            "^(error: |fatal: )?out of memory\\b"));

    /** {@code cat: /a/b: No such file or directory}; the path may stand before or behind. */
    private static final List<Pattern> MISSING =
            List.of(
                    Pattern.compile(
                            "(?:^|[\\s:'\"])(/[^:'\"]+)['\"]?: No such file or directory\\.?$"),
                    Pattern.compile("No such file or directory: ['\"]?(/[^'\"]+?)['\"]?$"),
                    Pattern.compile(
                            "No such file or directory \\(?['\"]?(/[^'\"()]+?)['\"]?\\)?$"));

    /** Without one of these a line tells nothing: most lines are passed over by them. */
    private static final List<String> HINTS =
            List.of(
                    "licen", "flex", "rlm", "memory", "alloc", "vram", "cuda", "hip", "optix",
                    "no such");

    /** Words of a line that speaks of an output. */
    private static final Pattern WRITING =
            Pattern.compile("\\b(creat\\w*|touch|mkdir|writ\\w*|sav\\w*|output)\\b");

    /** Reads one line; most tell nothing. */
    static Optional<Telltale> of(String line) {
        String small = line.toLowerCase(Locale.ROOT);
        if (HINTS.stream().noneMatch(small::contains)) {
            return Optional.empty();
        }
        for (Phrases phrases : KNOWN) {
            if (phrases.areIn(small)) {
                return Optional.of(new Telltale(phrases.reason(), shortened(line.strip())));
            }
        }
        return missingFile(line, small);
    }

    /**
     * Certain only where the line names the whole path, does not speak of writing, and the file is
     * indeed not there.
     */
    private static Optional<Telltale> missingFile(String line, String small) {
        if (!small.contains("no such file or directory") || WRITING.matcher(small).find()) {
            return Optional.empty();
        }
        for (Pattern form : MISSING) {
            Matcher matcher = form.matcher(line.strip());
            if (matcher.find() && isMissing(matcher.group(1))) {
                return Optional.of(new Telltale(Reason.MISSING_FILE, matcher.group(1)));
            }
        }
        return Optional.empty();
    }

    private static boolean isMissing(String path) {
        try {
            return Files.notExists(Path.of(path));
        } catch (InvalidPathException noPath) {
            return false;
        }
    }

    private static String shortened(String line) {
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** Whether it may be the cause also of a crash, not only of an orderly end. */
    boolean explainsACrash() {
        return switch (reason) {
            case OUT_OF_MEMORY, GPU_OUT_OF_MEMORY, GPU_FAILED -> true;
            default -> false;
        };
    }

    /** Whether it speaks of the graphics card. */
    boolean isOfTheGraphicsCard() {
        return reason == Reason.GPU_OUT_OF_MEMORY || reason == Reason.GPU_FAILED;
    }

    /**
     * The failure that it means.
     *
     * @param program who said it, to stand at a sentence's beginning
     * @param doing what it was at, to stand after "while"
     */
    WorkFailed failure(String program, String doing) {
        String quoted = Sentence.end(line);
        return new WorkFailed(
                reason,
                switch (reason) {
                    case LICENCE -> program + " got no licence: " + quoted;
                    case GPU_OUT_OF_MEMORY ->
                            "The graphics card's memory did not suffice while "
                                    + doing
                                    + ": "
                                    + quoted;
                    case GPU_FAILED -> "The graphics card failed while " + doing + ": " + quoted;
                    case OUT_OF_MEMORY -> program + " got no memory while " + doing + ": " + quoted;
                    case MISSING_FILE -> program + " needs " + line + ", which is not there.";
                    default -> program + " failed while " + doing + ": " + quoted;
                });
    }
}
