package org.lumenyard.agent.engine;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
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
import java.util.zip.CRC32;
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
    /** Enough to find damage in a JPEG or TIFF, without filling memory with a large one. */
    private static final int MOST_PIXELS_ACROSS = 1024;

    /** A colour of 255 that is no more than this is black: Blender dithers black with it. */
    static final int BLACK = 1;

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
        return inspect(file).picture();
    }

    /** The same, with what the picture shows; it is decoded only once. */
    static WholePicture inspect(Path file) throws BadPicture {
        return inspect(file, MOST_PIXELS_ACROSS);
    }

    /** The same; also of a large picture every pixel is looked at. */
    static WholePicture inspectWholly(Path file) throws BadPicture {
        return inspect(file, Integer.MAX_VALUE);
    }

    private static WholePicture inspect(Path file, int mostAcross) throws BadPicture {
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
                default -> decode(file, found, mostAcross);
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
    private static WholePicture decode(Path file, String format, int mostAcross)
            throws IOException, BadPicture {
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
                int every = Math.max(1, Math.max(width, height) / mostAcross);
                sparse.setSourceSubsampling(every, every, 0, 0);
                BufferedImage image = reader.read(0, sparse);
                if (warning.get() != null && format.equals("jpeg")) {
                    throw new BadPicture("is damaged (" + warning.get() + ")");
                }
                var content = new Content(isBlack(image), digest(image.getRaster()), every > 1);
                return new WholePicture(new Picture(format, width, height), content);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException damaged) {
            // The readers throw all kinds of runtime exceptions at damaged data.
            throw new BadPicture("cannot be decoded", damaged);
        }
    }

    /** Ends at the first row that is not, which is mostly the first of all. */
    private static boolean isBlack(BufferedImage image) {
        int width = image.getWidth();
        var row = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int pixel : row) {
                boolean isBlack =
                        (pixel >> 16 & 255) <= BLACK
                                && (pixel >> 8 & 255) <= BLACK
                                && (pixel & 255) <= BLACK;
                if (!isBlack) {
                    return false;
                }
            }
        }
        return true;
    }

    private static long digest(Raster raster) {
        var sum = new CRC32();
        if (raster.getDataBuffer() instanceof DataBufferByte bytes) {
            for (byte[] bank : bytes.getBankData()) {
                sum.update(bank);
            }
            return sum.getValue();
        }
        var row = new double[raster.getWidth() * raster.getNumBands()];
        var bytes = ByteBuffer.allocate(row.length * Double.BYTES);
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
            bytes.asDoubleBuffer().put(row);
            sum.update(bytes.array());
        }
        return sum.getValue();
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
