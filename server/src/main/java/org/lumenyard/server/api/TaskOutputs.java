package org.lumenyard.server.api;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import org.lumenyard.server.api.Shapes.OutputShown;
import org.lumenyard.store.pages.Pages;
import org.lumenyard.store.pages.RunLine;

/**
 * What a done task has made. A chunk that was retried skipped the frames that an earlier run had
 * verified: its outputs are those of all its runs, each found at the run that made it.
 */
record TaskOutputs(Pages pages, RunShapes shapes) {
    private static final int MOST_RUNS = 100;
    private static final int LONGEST_NUMBER = 9;

    /** The outputs of a task, given the run that ended it well. */
    List<OutputShown> of(RunLine done) {
        List<OutputShown> own = shapes.outputs(done);
        if (own.size() >= framesOf(done.run().label())) {
            return own;
        }
        var byLabel = new LinkedHashMap<String, OutputShown>();
        var runs =
                pages.runs()
                        .ofTask(done.run().step(), done.run().index(), null, MOST_RUNS)
                        .value()
                        .rows();
        for (RunLine run : runs) {
            if (run.run().round() == done.run().round()) {
                shapes.outputs(run).forEach(output -> byLabel.putIfAbsent(output.label(), output));
            }
        }
        return byLabel.values().stream()
                .sorted(Comparator.comparingInt(TaskOutputs::frame))
                .toList();
    }

    /**
     * How many frames a task's label stands for, as far as that is plain: {@code 1-4}, {@code 7}.
     */
    private static long framesOf(String label) {
        int dash = label.indexOf('-', 1);
        if (dash < 0 && !label.contains(",")) {
            return 1;
        }
        String first = label.substring(0, Math.max(0, dash));
        String last = label.substring(dash + 1);
        boolean plain = isNumber(first) && isNumber(last);
        return plain ? Long.parseLong(last) - Long.parseLong(first) + 1 : Long.MAX_VALUE;
    }

    private static int frame(OutputShown output) {
        return isNumber(output.label()) ? Integer.parseInt(output.label()) : Integer.MAX_VALUE;
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]{1," + LONGEST_NUMBER + "}");
    }
}
