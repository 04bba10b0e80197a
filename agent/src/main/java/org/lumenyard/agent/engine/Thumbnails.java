package org.lumenyard.agent.engine;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;

/** Makes small JPEGs of pictures that Java can read: PNG, JPEG, TIFF. */
public final class Thumbnails {
    /** The width of a thumbnail in pixels; smaller pictures keep their size. */
    public static final int WIDTH = 480;

    private Thumbnails() {}

    /**
     * Writes a thumbnail of the picture; transparent parts become dark grey.
     *
     * @return the thumbnail's file, or nothing when this picture cannot be shown: a picture without
     *     a thumbnail is no failure
     */
    public static Optional<Path> make(Path picture, Path thumbnail) {
        try (ImageInputStream in = ImageIO.createImageInputStream(picture.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                write(shrink(readSparsely(reader)), thumbnail);
                return Optional.of(thumbnail);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException unshowable) {
            return Optional.empty();
        }
    }

    /** Reads every n-th pixel so that at least twice the wanted width is left. */
    private static BufferedImage readSparsely(ImageReader reader) throws IOException {
        int every = Math.max(1, reader.getWidth(0) / (WIDTH * 2));
        ImageReadParam sparse = reader.getDefaultReadParam();
        sparse.setSourceSubsampling(every, every, 0, 0);
        return reader.read(0, sparse);
    }

    private static BufferedImage shrink(BufferedImage picture) {
        double scale = Math.min(1, (double) WIDTH / picture.getWidth());
        int width = Math.max(1, (int) Math.round(picture.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(picture.getHeight() * scale));
        var small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = small.createGraphics();
        try {
            canvas.setColor(new Color(0x2A2D33));
            canvas.fillRect(0, 0, width, height);
            canvas.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            canvas.drawImage(picture, 0, 0, width, height, null);
        } finally {
            canvas.dispose();
        }
        return small;
    }

    private static void write(BufferedImage picture, Path file) throws IOException {
        // An image stream writes over a longer file without cutting it.
        Files.deleteIfExists(file);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(0.86f);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), quality);
        } finally {
            writer.dispose();
        }
    }
}
