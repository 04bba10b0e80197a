package org.lumenyard.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the drawing programs wrote down: a line for each frame that was drawn to its end, in
 * milliseconds of the boot clock.
 */
record DrawnRecord(List<Line> lines) {
    /** One frame, drawn by this process for this run. */
    record Line(long pid, long run, int frame, long began, long ended) {}

    static DrawnRecord read(Path folder) throws IOException {
        Path file = folder.resolve("record.txt");
        var lines = new ArrayList<Line>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split(" ");
                lines.add(
                        new Line(
                                Long.parseLong(words[0]),
                                Long.parseLong(words[1]),
                                Integer.parseInt(words[2]),
                                Long.parseLong(words[3]),
                                Long.parseLong(words[4])));
            }
        }
        return new DrawnRecord(lines);
    }

    /** By frame, in the order in which they were begun. */
    Map<Integer, List<Line>> byFrame() {
        var frames = new TreeMap<Integer, List<Line>>();
        lines.stream()
                .sorted(java.util.Comparator.comparingLong(Line::began))
                .forEach(line ->
                        frames.computeIfAbsent(line.frame(), frame -> new ArrayList<>()).add(line));
        return frames;
    }

    /** The lines of one frame. */
    List<Line> of(int frame) {
        return byFrame().getOrDefault(frame, List.of());
    }

    /** Pairs of lines of one frame whose times overlap: two processes at once. */
    List<String> overlaps() {
        var found = new ArrayList<String>();
        byFrame()
                .values()
                .forEach(lines -> {
                    for (int i = 1; i < lines.size(); i++) {
                        if (lines.get(i).began() < lines.get(i - 1).ended())
                            found.add(lines.get(i - 1) + " and " + lines.get(i));
                    }
                });
        return found;
    }
}
