package org.lumenyard.agent.engine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a picture file is whole: present, of the format its name says, not cut off,
 * decodable. PNG and EXR are checked without holding the picture in memory.
 */
public final class PictureCheck {
    private PictureCheck() {}

    /** Whether {@link #check} knows the format that this name's extension promises. */
    public static boolean knows(Path file) {
        return !formatOf(file).isEmpty();
    }

    /**
     * Reads the picture to its end.
     *
     * @throws BadPicture when it is not whole
     */
    public static Picture check(Path file) throws BadPicture {
        try {
            if (!Files.isRegularFile(file)) {
                throw new BadPicture("was not written");
            }
            if (Files.size(file) == 0) {
                throw new BadPicture("is empty");
            }
            String promised = formatOf(file);
            String found = formatInside(file);
            if (!promised.equals(found)) {
                String named = promised.toUpperCase(Locale.ROOT);
                throw new BadPicture(
                        found.isEmpty()
                                ? "is no " + named
                                : "is a " + found + " file, not " + named);
            }
            return switch (found) {
                case "png" -> PngFile.check(file);
                case "exr" -> ExrFile.check(file);
                default -> decode(file, found);
            };
        } catch (IOException unreadable) {
            throw new BadPicture("cannot be read (" + unreadable.getMessage() + ")", unreadable);
        }
    }

    private static String formatOf(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "png" -> "png";
            case "jpg", "jpeg" -> "jpeg";
            case "tif", "tiff" -> "tiff";
            case "exr" -> "exr";
            default -> "";
        };
    }

    private static String formatInside(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(4);
        }
        return switch (start.length < 4 ? 0 : ByteBuffer.wrap(start).getInt()) {
            case 0x89504E47 -> "png";
            case 0x762F3101 -> "exr";
            case 0x49492A00, 0x4D4D002A -> "tiff";
            default ->
                    start.length == 4 && start[0] == (byte) 0xFF && start[1] == (byte) 0xD8
                            ? "jpeg"
                            : "";
        };
    }

    /** Decodes with ImageIO; what it only warns of (a missing end, for one) counts as damage. */
    private static Picture decode(Path file, String format) throws IOException, BadPicture {
        if (format.equals("jpeg") && !endsWithMarker(file)) {
            throw new BadPicture("is cut off");
        }
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new BadPicture("cannot be decoded");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                int width = reader.getWidth(0);
                int height = reader.getHeight(0);
                var warning = new AtomicReference<@Nullable String>();
                reader.addIIOReadWarningListener(new FirstWarning(warning));
                ImageReadParam sparse = reader.getDefaultReadParam();
                int every = Math.max(1, Math.max(width, height) / 1024);
                sparse.setSourceSubsampling(every, every, 0, 0);
                var unused = reader.read(0, sparse);
                if (warning.get() != null && format.equals("jpeg")) {
                    throw new BadPicture("is damaged (" + warning.get() + ")");
                }
                return new Picture(format, width, height);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException damaged) {
            // The readers throw all kinds of runtime exceptions at damaged data.
            throw new BadPicture("cannot be decoded", damaged);
        }
    }

    private record FirstWarning(AtomicReference<@Nullable String> text)
            implements IIOReadWarningListener {
        @Override
        public void warningOccurred(ImageReader source, String warning) {
            text.compareAndSet(null, warning);
        }
    }

    private static boolean endsWithMarker(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            var end = ByteBuffer.allocate((int) Math.min(64, channel.size()));
            channel.read(end, channel.size() - end.capacity());
            byte[] bytes = end.array();
            for (int i = bytes.length - 2; i >= 0; i--) {
                if (bytes[i] == (byte) 0xFF && bytes[i + 1] == (byte) 0xD9) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A buffered stream of the file. */
    static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    }
}
