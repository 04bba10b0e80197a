package org.lumenyard.agent.engine;

import java.util.List;

/** How a run ended. */
public sealed interface Result {
    /** Outputs that were written and found good, in the order they were made. */
    List<Output> outputs();

    /** Sentences for people about what is not right but did not stop the work. */
    List<String> warnings();

    /** What it took. */
    Costs costs();

    /** Everything asked for was made and found good. */
    record Done(List<Output> outputs, List<String> warnings, Costs costs) implements Result {
        public Done {
            outputs = List.copyOf(outputs);
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * The work failed; outputs found good before that still count.
     *
     * @param reason the cause, for machines
     * @param sentence the cause, for people: one plain sentence
     */
    record Failed(
            Reason reason,
            String sentence,
            List<Output> outputs,
            List<String> warnings,
            Costs costs)
            implements Result {
        public Failed {
            outputs = List.copyOf(outputs);
            warnings = List.copyOf(warnings);
        }
    }
}
