package org.lumenyard.server.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.StepId;
import org.lumenyard.jobs.FrameRange;
import org.lumenyard.server.api.Shapes.OutputShown;
import org.lumenyard.server.bulk.OutputFiles;
import org.lumenyard.store.pages.Listing;
import org.lumenyard.store.pages.Pages;
import org.lumenyard.store.pages.RunLine;

/**
 * The outputs of a step as one archive. Pictures hardly become smaller, so files are stored as they
 * are: each is read once for its checksum and once more to be sent, through one small buffer.
 */
final class OutputsZip {
    /** An archive keeps a line for each of its files until its end, so their number is bounded. */
    static final int MOST_FILES = 20_000;

    private static final String MISSING = "missing.txt";
    private static final int BUFFER = 1 << 16;

    private final Pages pages;
    private final TaskOutputs outputs;
    private final OutputFiles files;

    OutputsZip(Pages pages, TaskOutputs outputs, OutputFiles files) {
        this.pages = pages;
        this.outputs = outputs;
        this.files = files;
    }

    /**
     * What an archive will hold.
     *
     * @param found files that may be shown, in the order of their tasks
     * @param missing recorded paths with no such file
     */
    record Content(List<Path> found, List<String> missing) {}

    /**
     * Looks up what a selection stands for.
     *
     * @param frames the labels that are wanted; all when null
     * @throws Problem when that is nothing, or more than one archive holds
     */
    Content select(StepId step, @Nullable FrameRange frames) {
        var content = new Content(new ArrayList<>(), new ArrayList<>());
        int recorded = 0;
        String cursor = null;
        do {
            Listing<RunLine> page = pages.runs().outputs(step, cursor, 1_000).value();
            for (RunLine run : page.rows()) {
                for (OutputShown output : outputs.of(run)) {
                    if (isWanted(output.label(), frames)) {
                        recorded++;
                        add(output.path(), content);
                    }
                }
                if (recorded > MOST_FILES) {
                    throw Requests.wrong(
                            "frames", "stands for more than " + MOST_FILES + " files: name fewer");
                }
            }
            cursor = page.next();
        } while (cursor != null);
        if (content.found().isEmpty()) {
            throw Problem.of(
                    404,
                    "unknown_output",
                    recorded == 0
                            ? "None of these frames is done and has a file."
                            : "The files are gone, or lie outside the folders that this server may show.");
        }
        return content;
    }

    private void add(String recorded, Content content) {
        Optional<Path> file = files.find(recorded);
        if (file.isPresent()) {
            content.found().add(file.get());
        } else {
            content.missing().add(recorded);
        }
    }

    private static boolean isWanted(String label, @Nullable FrameRange frames) {
        return frames == null
                || (label.matches("-?[0-9]{1,18}") && frames.contains(Long.parseLong(label)));
    }

    /** Writes the archive. A file that changed since it was looked at ends it with an error. */
    static void write(Content content, OutputStream out) throws IOException {
        var buffer = new byte[BUFFER];
        var names = new HashSet<String>();
        names.add(MISSING);
        var zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        zip.setMethod(ZipOutputStream.STORED);
        for (Path file : content.found()) {
            zip.putNextEntry(entry(file, names, buffer));
            try (InputStream in = Files.newInputStream(file)) {
                in.transferTo(zip);
            }
            zip.closeEntry();
        }
        if (!content.missing().isEmpty()) {
            byte[] list =
                    (String.join("\n", content.missing()) + "\n").getBytes(StandardCharsets.UTF_8);
            var crc = new CRC32();
            crc.update(list);
            zip.putNextEntry(stored(MISSING, list.length, crc));
            zip.write(list);
            zip.closeEntry();
        }
        zip.finish();
    }

    private static ZipEntry entry(Path file, Set<String> names, byte[] buffer) throws IOException {
        var crc = new CRC32();
        long size = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                crc.update(buffer, 0, read);
                size += read;
            }
        }
        ZipEntry entry = stored(unused(file.getFileName().toString(), names), size, crc);
        entry.setTime(
                Files.readAttributes(file, BasicFileAttributes.class)
                        .lastModifiedTime()
                        .toMillis());
        return entry;
    }

    private static ZipEntry stored(String name, long size, CRC32 crc) {
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(crc.getValue());
        return entry;
    }

    /** The name, or the first free {@code name-2}: files of several folders may have one name. */
    private static String unused(String name, Set<String> names) {
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String rest = dot > 0 ? name.substring(dot) : "";
        String free = name;
        for (int n = 2; !names.add(free); n++) {
            free = stem + "-" + n + rest;
        }
        return free;
    }

    /** Ends an answer that has begun, so that nobody takes what came of it for the whole. */
    static void cutOff(HttpServletRequest request, IOException why) {
        ServletContextRequest.getServletContextRequest(request).getServletChannel().abort(why);
    }
}
