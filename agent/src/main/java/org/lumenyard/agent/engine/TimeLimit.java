package org.lumenyard.agent.engine;

import java.util.OptionalLong;

/**
 * How long a run may take, by the setting {@code timeLimit}, in seconds, which every engine takes.
 * Without it there is no limit.
 */
public final class TimeLimit {
    static final String NAME = "timeLimit";

    private static final double LONGEST_SECONDS = 1e9;

    private TimeLimit() {}

    /**
     * The limit in milliseconds; none where the setting makes no sense: the engine refuses that.
     */
    public static OptionalLong millis(Work work) {
        try {
            return read(Settings.any("settings", work.settings()));
        } catch (WorkFailed refused) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong read(Settings settings) throws WorkFailed {
        if (!settings.has(NAME)) {
            return OptionalLong.empty();
        }
        double seconds = settings.number(NAME, 0, LONGEST_SECONDS).orElse(0);
        if (seconds <= 0) {
            throw settings.wrong(NAME, "a number of seconds above 0");
        }
        return OptionalLong.of(Math.max(1, Math.round(seconds * 1_000)));
    }
}
