package org.lumenyard.agent.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** The beginning of a scene file, which names the Blender that saved it. */
final class BlendFile {
    /** {@code BLENDER-v304} up to 4.x; {@code BLENDER17-01v0500} from 5.0 on. */
    private static final Pattern HEADER =
            Pattern.compile("BLENDER(?:[-_]v(\\d)(\\d\\d)|\\d\\d-\\d\\dv(\\d\\d)(\\d\\d)).*");

    private BlendFile() {}

    /**
     * The version that saved the file, such as {@code 3.4}.
     *
     * @return nothing when the file is no scene, or is compressed with Zstandard, which Java cannot
     *     read
     */
    static Optional<String> series(Path scene) {
        try (InputStream file = Files.newInputStream(scene)) {
            byte[] start = file.readNBytes(17);
            if (start.length == 17 && start[0] == 0x1F && start[1] == (byte) 0x8B) {
                try (var plain = new GZIPInputStream(Files.newInputStream(scene))) {
                    start = plain.readNBytes(17);
                }
            }
            Matcher header = HEADER.matcher(new String(start, StandardCharsets.ISO_8859_1));
            if (!header.matches()) {
                return Optional.empty();
            }
            boolean old = header.group(1) != null;
            int major = Integer.parseInt(header.group(old ? 1 : 3));
            int minor = Integer.parseInt(header.group(old ? 2 : 4));
            return Optional.of(major + "." + minor);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
