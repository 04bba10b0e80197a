package org.lumenyard.agent.engine;

import java.io.IOException;
import java.util.function.Consumer;

/** Runs one program of a run to its end. */
final class Tool {
    private Tool() {}

    /**
     * Starts the program, hands on each of its lines, and waits for its end.
     *
     * @param name what people call it, for the sentence when it does not start
     * @throws WorkFailed when it cannot be started
     */
    static Exit run(Bench bench, String name, Program program, Consumer<String> lines)
            throws WorkFailed, InterruptedException {
        try (Running running = bench.start(program)) {
            for (String line = running.readLine(); line != null; line = running.readLine()) {
                lines.accept(line);
            }
            return running.awaitExit();
        } catch (IOException refused) {
            String why = Sentence.end(String.valueOf(refused.getMessage()));
            throw new WorkFailed(Reason.PROGRAM_MISSING, name + " does not start: " + why);
        }
    }
}
