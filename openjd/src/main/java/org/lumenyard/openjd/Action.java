package org.lumenyard.openjd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that a node runs; exit code 0 is success.
 *
 * @param command the program
 * @param args its arguments, never a shell's text
 * @param timeoutSeconds how long it may take; null for no end
 * @param notifySeconds how long it is given between the polite signal and the kill when it is
 *     cancelled; null to kill at once
 */
public record Action(
        FormatString command,
        List<FormatString> args,
        @Nullable Long timeoutSeconds,
        @Nullable Long notifySeconds) {
    /** Keeps its own copy. */
    public Action {
        args = List.copyOf(args);
    }
}
