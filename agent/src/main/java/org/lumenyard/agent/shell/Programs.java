package org.lumenyard.agent.shell;

import java.util.List;
import java.util.Optional;
import org.lumenyard.agent.engine.Installation;
import org.lumenyard.agent.engine.Program;

/** The programs that were found at the latest look. Thread-safe. */
final class Programs {
    private volatile List<Installation> installed = List.of();

    void found(List<Installation> found) {
        installed = List.copyOf(found);
    }

    /** What people call the program that is being started: {@code blender 3.4.1}. */
    Optional<String> nameOf(Program program) {
        String file = program.command().getFirst();
        return installed.stream()
                .filter(one -> one.program().toString().equals(file))
                .findFirst()
                .map(one -> one.engine() + " " + one.version());
    }
}
