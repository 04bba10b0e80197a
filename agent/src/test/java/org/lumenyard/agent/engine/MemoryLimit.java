package org.lumenyard.agent.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A group of processes that the kernel lets hold only so much memory. Needs root and cgroup v1. */
record MemoryLimit(Path group) implements AutoCloseable {
    static MemoryLimit of(long bytes) {
        try {
            String own =
                    Files.readAllLines(Path.of("/proc/self/cgroup")).stream()
                            .filter(line -> line.split(":")[1].equals("memory"))
                            .map(line -> line.split(":")[2])
                            .findFirst()
                            .orElseThrow(() -> new IOException("no memory group"));
            Path group =
                    Path.of(
                            "/sys/fs/cgroup/memory" + own,
                            "lumenyard-test-" + ProcessHandle.current().pid());
            Files.createDirectory(group);
            Files.writeString(group.resolve("memory.limit_in_bytes"), Long.toString(bytes));
            return new MemoryLimit(group);
        } catch (IOException unable) {
            assumeTrue(
                    false,
                    "lack of memory can only be tried as root with cgroup v1: "
                            + unable.getMessage());
            throw new IllegalStateException(unable);
        }
    }

    /** Words to put before a command. */
    List<String> launcher() {
        return List.of(
                "sh",
                "-c",
                "echo $$ > \"$0\"; exec \"$@\"",
                group.resolve("cgroup.procs").toString());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        // The kernel lets a group go only when it has seen the last of its processes end.
        new ProcessBuilder(
                        "sh",
                        "-c",
                        "for i in 1 2 3 4 5 6 7 8 9; do rmdir \"$0\" 2>/dev/null && exit; sleep 0.3; done",
                        group.toString())
                .start()
                .waitFor();
    }
}
