package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes thumbnails of OpenEXR pictures with OpenImageIO's {@code oiiotool}, where it is installed.
 */
final class ExrThumbnails {
    private static final Pattern STATISTICS =
            Pattern.compile("\\s*Stats (Min|Max|NanCount|InfCount): ([^(]*).*");

    /**
     * What the picture's colours are.
     *
     * @param areBlack whether each is 0 everywhere, to six decimals
     * @param notFinite how many are no numbers or infinite
     */
    record Pixels(boolean areBlack, long notFinite) {}

    /** What was made, and what was seen of the pixels meanwhile. */
    record Shown(Optional<Path> thumbnail, Optional<Pixels> pixels) {
        static final Shown NOTHING = new Shown(Optional.empty(), Optional.empty());
    }

    private volatile @Nullable Path oiiotool;

    void discover(Host host) {
        oiiotool = host.find("oiiotool").orElse(null);
    }

    boolean isInstalled() {
        return oiiotool != null;
    }

    /**
     * Shows the picture's colours as a screen would; it is decoded once for all.
     *
     * @return nothing when the tool is missing or cannot show the picture
     * @throws WorkFailed when the tool finds that the picture cannot be decoded
     */
    Shown make(Path picture, Path target, Path thumbnail, Bench bench)
            throws WorkFailed, InterruptedException {
        Path tool = oiiotool;
        if (tool == null) {
            return Shown.NOTHING;
        }
        String shown = channels(picture);
        var lines = new ArrayList<String>();
        boolean made =
                succeeds(
                        bench,
                        lines,
                        tool,
                        "-i",
                        picture,
                        "--ch",
                        shown,
                        "--printstats",
                        "--resize",
                        Thumbnails.WIDTH + "x0",
                        "--tocolorspace",
                        "sRGB",
                        "-o",
                        thumbnail);
        if (made && Files.isRegularFile(thumbnail)) {
            return new Shown(Optional.of(thumbnail), pixels(lines));
        }
        if (!succeeds(bench, new ArrayList<>(), tool, "--stats", picture)) {
            throw new WorkFailed(
                    Reason.BAD_OUTPUT,
                    "The picture " + target.getFileName() + " cannot be decoded.");
        }
        return Shown.NOTHING;
    }

    /**
     * Reads {@code Stats Max: 0.1 0.2 0.3 (float)} and its like; of numbers, one for each channel.
     */
    private static Optional<Pixels> pixels(List<String> lines) {
        boolean anySeen = false;
        boolean areBlack = true;
        long notFinite = 0;
        for (String line : lines) {
            Matcher matcher = STATISTICS.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            anySeen = true;
            boolean isCount = matcher.group(1).endsWith("Count");
            for (String number : matcher.group(2).strip().split("\\s+")) {
                if (isCount) {
                    notFinite += Long.parseLong(number);
                } else {
                    areBlack &= number.matches("-?0(\\.0*)?");
                }
            }
        }
        return anySeen ? Optional.of(new Pixels(areBlack, notFinite)) : Optional.empty();
    }

    private static boolean succeeds(Bench bench, List<String> lines, Object... command)
            throws InterruptedException {
        List<String> words = Stream.of(command).map(Object::toString).toList();
        try (Running running = bench.start(Program.of(bench.scratch(), words))) {
            for (String line = running.readLine(); line != null; line = running.readLine()) {
                lines.add(line);
            }
            boolean isClean = running.awaitExit().clean();
            if (!isClean) {
                lines.forEach(bench::log);
            }
            return isClean;
        } catch (IOException notStarted) {
            // Started before, gone now: then nobody can say anything against the picture.
            return true;
        }
    }

    private static String channels(Path picture) {
        try {
            return String.join(",", ExrFile.colourChannels(picture));
        } catch (IOException | BadPicture unreadable) {
            return "R,G,B";
        }
    }
}
