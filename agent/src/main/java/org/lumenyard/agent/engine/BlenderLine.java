package org.lumenyard.agent.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line that Blender printed, as far as it tells us something. Forms from Blender 3.4 to 4.5.
 */
sealed interface BlenderLine {
    /**
     * A frame is being rendered.
     *
     * @param frame its number
     * @param layer the scene's and view layer's names, or empty
     * @param fraction how much of this view layer is done, from 0 to 1; 0 while it is prepared
     * @param text what Blender is at, such as {@code Sample 65/300}
     */
    record Progress(int frame, String layer, double fraction, String text) implements BlenderLine {
        /** Whether no sample has been asked for yet. */
        boolean isPreparing() {
            return fraction == 0 && !SAMPLE.matcher(text).matches();
        }
    }

    /** A picture was written. */
    record Saved(String path) implements BlenderLine {}

    /** Blender says that something went wrong; it may go on all the same. */
    record Trouble(String text) implements BlenderLine {}

    /** The first line of a Python error's report; its last one names the error. */
    record TracebackBegins() implements BlenderLine {}

    /** Any other line. */
    record Other(String text) implements BlenderLine {}

    Pattern FRAME = Pattern.compile("Fra:\\s*(-?\\d+) Mem:.*?\\| (.*)");
    Pattern SAMPLE =
            Pattern.compile(
                    "(?:Sample|Rendering|Rendered) (\\d+) ?/ ?(\\d+)(?: samples| Tiles.*)?.*");
    Pattern SAVED = Pattern.compile("Saved: '(.*)'.*");

    /** Reads one line. */
    static BlenderLine parse(String line) {
        Matcher frame = FRAME.matcher(line);
        if (frame.matches()) {
            return progress(Integer.parseInt(frame.group(1)), frame.group(2).split(" \\| "));
        }
        Matcher saved = SAVED.matcher(line);
        if (saved.matches()) {
            return new Saved(saved.group(1));
        }
        if (line.contains("Traceback (most recent call last):")) {
            return new TracebackBegins();
        }
        if (line.startsWith("Error: ") || line.startsWith("Error in Driver: ")) {
            return new Trouble(line.substring(line.indexOf(": ") + 2));
        }
        return new Other(line);
    }

    /** Fields between bars: times and memory, then scene and layer, then what is being done. */
    private static Progress progress(int frame, String[] fields) {
        String layer = "";
        String text = fields[fields.length - 1];
        double fraction = 0;
        for (String field : fields) {
            Matcher sample = SAMPLE.matcher(field);
            boolean figures = field.startsWith("Time:") || field.startsWith("Remaining:");
            if (sample.matches()) {
                double all = Double.parseDouble(sample.group(2));
                fraction = all == 0 ? 0 : Math.min(1, Double.parseDouble(sample.group(1)) / all);
                text = field;
            } else if (!figures
                    && !field.startsWith("Mem:")
                    && layer.isEmpty()
                    && field.contains(", ")) {
                layer = field;
            }
        }
        return new Progress(frame, layer, text.equals("Finished") ? 1 : fraction, text);
    }
}
