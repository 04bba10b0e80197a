package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.LongStream;

/**
 * Looks at one run's whole pictures for what a good one seldom is: all black, not numbers, the same
 * as the one before, far from its neighbours in size. Each may be meant, so unless the job says
 * otherwise it is only a warning.
 */
final class PictureChecks {
    static final String NAME = "pictureChecks";

    private static final String[] MODES = {"WARN", "FAIL", "OFF"};

    /** Equal pictures differ in size only by what is written beside them: times and names. */
    private static final long BESIDE_BYTES = 1_024;

    private static final int FAR_OFF = 8;
    private static final int MOST_NEIGHBOURS = 4;
    private static final int LEAST_NEIGHBOURS = 2;
    private static final int FARTHEST_NEIGHBOUR = 4;
    private static final int SHOWN_NAMES = 10;

    private enum Mode {
        WARN,
        FAIL,
        OFF
    }

    private enum Finding {
        BLACK("are all black"),
        NOT_FINITE("have pixels that are no numbers (NaN or infinite)"),
        SAME("are the same as the one before, pixel by pixel"),
        SIZE("are far from their neighbours in size");

        /** To stand after "3 pictures". */
        private final String words;

        Finding(String words) {
            this.words = words;
        }
    }

    /** A picture of this run, which may still have its part's name. */
    private record Seen(Path file, long bytes, WholePicture picture) {}

    /**
     * What is to be looked at.
     *
     * @param part where it is now
     * @param target what it is to be called
     * @param label its output's label
     * @param bytes its size
     * @param picture what was found when it was decoded
     * @param pixels what is known of pixels that are not decoded here
     */
    record Candidate(
            Path part,
            Path target,
            String label,
            long bytes,
            WholePicture picture,
            Optional<ExrThumbnails.Pixels> pixels) {}

    private final Mode mode;
    private final Bench bench;
    private final Map<Path, Seen> seen = new HashMap<>();
    private final Map<Finding, List<String>> labels = new EnumMap<>(Finding.class);
    private final Map<Finding, String> firstSentences = new EnumMap<>(Finding.class);

    PictureChecks(Settings settings, Bench bench) throws WorkFailed {
        this.mode = Mode.valueOf(settings.choice(NAME, MODES));
        this.bench = bench;
    }

    /**
     * Looks at a picture.
     *
     * @param before what the picture before is called
     * @param neighbour what the picture so many places further on is called
     * @throws WorkFailed when it is not as it should be, and the job wants that to be a failure
     */
    void look(Candidate candidate, Optional<Path> before, IntFunction<Optional<Path>> neighbour)
            throws WorkFailed {
        if (mode == Mode.OFF) {
            return;
        }
        String name = "The picture " + candidate.target().getFileName();
        if (isBlack(candidate)) {
            found(Finding.BLACK, candidate, name + " is all black.");
        }
        if (candidate.pixels().filter(pixels -> pixels.notFinite() > 0).isPresent()) {
            found(
                    Finding.NOT_FINITE,
                    candidate,
                    name + " has pixels that are no numbers (NaN or infinite).");
        }
        if (before.isPresent() && isSame(candidate, before.get())) {
            found(
                    Finding.SAME,
                    candidate,
                    name + " is the same as " + before.get().getFileName() + ", pixel by pixel.");
        }
        long usual = medianOf(neighbour);
        if (usual > 0 && isFarOff(candidate.bytes(), usual)) {
            found(
                    Finding.SIZE,
                    candidate,
                    String.format(
                            Locale.ROOT,
                            "%s has %,d bytes, its neighbours have about %,d.",
                            name,
                            candidate.bytes(),
                            usual));
        }
        seen.put(
                candidate.target(),
                new Seen(candidate.part(), candidate.bytes(), candidate.picture()));
    }

    private void found(Finding finding, Candidate candidate, String sentence) throws WorkFailed {
        if (mode == Mode.FAIL) {
            throw new WorkFailed(Reason.BAD_OUTPUT, sentence);
        }
        bench.log("Warning: " + sentence);
        firstSentences.putIfAbsent(finding, sentence);
        labels.computeIfAbsent(finding, first -> new ArrayList<>()).add(candidate.label());
    }

    /** What was found, a sentence for each kind. */
    List<String> warnings() {
        var sentences = new ArrayList<String>();
        labels.forEach((finding, which) ->
                sentences.add(
                        which.size() == 1
                                ? firstSentences.getOrDefault(finding, "")
                                : "%d pictures %s: %s."
                                        .formatted(which.size(), finding.words, show(which))));
        return sentences;
    }

    private static String show(Collection<String> which) {
        if (which.stream().allMatch(label -> label.matches("-?[0-9]{1,9}"))) {
            return "frames " + Frames.show(which.stream().map(Integer::valueOf).toList());
        }
        String shown = String.join(", ", which.stream().limit(SHOWN_NAMES).toList());
        return which.size() > SHOWN_NAMES ? shown + " and more" : shown;
    }

    private static boolean isBlack(Candidate candidate) {
        if (candidate.pixels().isPresent()) {
            return candidate.pixels().get().areBlack();
        }
        Content content = candidate.picture().content();
        return content.isBlack()
                && (!content.isSparse()
                        || wholly(candidate.part())
                                .filter(whole -> whole.content().isBlack())
                                .isPresent());
    }

    /** A picture of an earlier run is decoded only if its size says that it may be the same. */
    private boolean isSame(Candidate candidate, Path before) {
        Seen own = seen.get(before);
        Path file = own == null ? before : own.file();
        long bytes = own == null ? sizeOf(before) : own.bytes();
        if (bytes <= 0 || Math.abs(bytes - candidate.bytes()) > BESIDE_BYTES) {
            return false;
        }
        Optional<WholePicture> other = own == null ? decoded(before) : Optional.of(own.picture());
        boolean seemsSame = other.filter(candidate.picture()::showsTheSameAs).isPresent();
        if (!seemsSame || !candidate.picture().content().isSparse()) {
            return seemsSame;
        }
        Optional<WholePicture> whole = wholly(candidate.part());
        return whole.isPresent() && wholly(file).filter(whole.get()::showsTheSameAs).isPresent();
    }

    private static Optional<WholePicture> decoded(Path file) {
        try {
            return Optional.of(PictureCheck.inspect(file));
        } catch (BadPicture noPicture) {
            return Optional.empty();
        }
    }

    private static Optional<WholePicture> wholly(Path file) {
        try {
            return Optional.of(PictureCheck.inspectWholly(file));
        } catch (BadPicture noPicture) {
            return Optional.empty();
        }
    }

    private static boolean isFarOff(long bytes, long usual) {
        return bytes >= FAR_OFF * usual || usual >= FAR_OFF * bytes;
    }

    /** Of the nearest ones that are there; 0 when they are too few to say what is usual. */
    private long medianOf(IntFunction<Optional<Path>> neighbour) {
        long[] sizes =
                LongStream.rangeClosed(1, FARTHEST_NEIGHBOUR)
                        .flatMap(distance -> LongStream.of(-distance, distance))
                        .mapToObj(distance -> neighbour.apply((int) distance))
                        .flatMap(Optional::stream)
                        .mapToLong(this::sizeOf)
                        .filter(bytes -> bytes > 0)
                        .limit(MOST_NEIGHBOURS)
                        .sorted()
                        .toArray();
        if (sizes.length < LEAST_NEIGHBOURS) {
            return 0;
        }
        int middle = sizes.length / 2;
        return sizes.length % 2 == 1 ? sizes[middle] : (sizes[middle - 1] + sizes[middle]) / 2;
    }

    private long sizeOf(Path target) {
        Seen own = seen.get(target);
        if (own != null) {
            return own.bytes();
        }
        try {
            return Files.isRegularFile(target) ? Files.size(target) : 0;
        } catch (IOException gone) {
            return 0;
        }
    }
}
