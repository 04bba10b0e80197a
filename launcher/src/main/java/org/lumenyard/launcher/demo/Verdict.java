package org.lumenyard.launcher.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the records say.
 *
 * @param rendered frames that got their names
 * @param lost frames that did not
 * @param twice frames on which a renderer began again after they had got their names
 */
record Verdict(int frames, long rendered, long lost, long twice) {
    /**
     * @param record lines of the renderer: process, run, frame, begin and end in milliseconds of
     *     the boot clock; a frame whose renderer was killed has no line
     * @param published when each frame got its name, on the same clock
     */
    static Verdict of(Path record, Map<Integer, Long> published, int frames) throws IOException {
        var twice = new TreeSet<Integer>();
        for (String line : Files.readAllLines(record)) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 5) continue;
            int frame = Integer.parseInt(words[2]);
            Long named = published.get(frame);
            if (named != null && Long.parseLong(words[3]) > named) twice.add(frame);
        }
        return new Verdict(frames, published.size(), frames - published.size(), twice.size());
    }

    boolean isClean() {
        return lost == 0 && twice == 0;
    }

    String sentence() {
        return "%d/%d frames, %d lost, %d twice".formatted(rendered, frames, lost, twice);
    }
}
