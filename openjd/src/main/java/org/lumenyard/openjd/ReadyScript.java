package org.lumenyard.openjd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one task does, with all format strings resolved. */
public sealed interface ReadyScript {
    /** The files to write first. */
    List<File> files();

    /**
     * Let an engine do it.
     *
     * @param name which engine
     * @param settings what it shall do; what came from a format string is a text, also a number
     * @param outputs what shall come out
     */
    record Engine(String name, ObjectNode settings, ObjectNode outputs, List<File> files)
            implements ReadyScript {
        /** Keeps its own copy of the list. */
        public Engine {
            files = List.copyOf(files);
        }
    }

    /**
     * Run a command; see {@link Action}.
     *
     * @param timeoutSeconds null for no end
     * @param notifySeconds null to kill at once when it is cancelled
     */
    record Command(
            String command,
            List<String> args,
            @Nullable Long timeoutSeconds,
            @Nullable Long notifySeconds,
            List<File> files)
            implements ReadyScript {
        /** Keeps its own copies. */
        public Command {
            args = List.copyOf(args);
            files = List.copyOf(files);
        }
    }

    /** A file to write; see {@link EmbeddedFile}. */
    record File(String name, @Nullable String fileName, boolean runnable, String data) {}
}
