package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes thumbnails of OpenEXR pictures with OpenImageIO's {@code oiiotool}, where it is installed.
 */
final class ExrThumbnails {
    private volatile @Nullable Path oiiotool;

    void discover(Host host) {
        oiiotool = host.find("oiiotool").orElse(null);
    }

    boolean isInstalled() {
        return oiiotool != null;
    }

    /**
     * Shows the picture's colours as a screen would.
     *
     * @return the thumbnail, or nothing when the tool is missing or cannot show the picture
     * @throws WorkFailed when the tool finds that the picture cannot be decoded
     */
    Optional<Path> make(Path picture, Path target, Path thumbnail, Bench bench)
            throws WorkFailed, InterruptedException {
        Path tool = oiiotool;
        if (tool == null) {
            return Optional.empty();
        }
        String shown = channels(picture);
        boolean made =
                succeeds(
                        bench,
                        tool,
                        "-i",
                        picture,
                        "--ch",
                        shown,
                        "--resize",
                        Thumbnails.WIDTH + "x0",
                        "--tocolorspace",
                        "sRGB",
                        "-o",
                        thumbnail);
        if (made && Files.isRegularFile(thumbnail)) {
            return Optional.of(thumbnail);
        }
        if (!succeeds(bench, tool, "--stats", picture)) {
            throw new WorkFailed(
                    Reason.BAD_OUTPUT,
                    "The picture " + target.getFileName() + " cannot be decoded.");
        }
        return Optional.empty();
    }

    private static boolean succeeds(Bench bench, Object... command) throws InterruptedException {
        List<String> words = Stream.of(command).map(Object::toString).toList();
        try (Running running = bench.start(Program.of(bench.scratch(), words))) {
            for (String line = running.readLine(); line != null; line = running.readLine()) {
                bench.log(line);
            }
            return running.awaitExit().clean();
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
