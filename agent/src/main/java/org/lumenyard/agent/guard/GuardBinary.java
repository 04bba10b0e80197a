package org.lumenyard.agent.guard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The guard's program: carried inside the agent's jar, unpacked beside the agent's state, tried
 * once.
 */
final class GuardBinary {
    private static final String RESOURCE = "/guard/runguard";
    private static final String ANSWER = "runguard 1 can fence";
    private static final int TEXT_FILE_BUSY_TRIES = 20;

    private GuardBinary() {}

    /**
     * Unpacks the guard into this folder and lets it check this machine.
     *
     * @throws CannotFenceException if it cannot do its work here
     */
    static Path unpack(Path folder) throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new CannotFenceException(
                    "The process guard runs on Linux only, and this is "
                            + System.getProperty("os.name")
                            + ".");
        }
        byte[] program = program();
        Path binary = folder.resolve("runguard");
        if (!Files.isExecutable(binary) || !Arrays.equals(Files.readAllBytes(binary), program)) {
            Path fresh = folder.resolve("runguard.new");
            Files.deleteIfExists(fresh);
            Files.createFile(
                    fresh,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            Files.write(fresh, program);
            Files.move(
                    fresh,
                    binary,
                    StandardCopyOption.ATOMIC_MOVE); // running guards keep the old one
        }
        check(binary);
        return binary;
    }

    private static byte[] program() throws IOException {
        try (InputStream in = GuardBinary.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new CannotFenceException(
                        "This agent was built without its process guard; build it where a C compiler is.");
            }
            return in.readAllBytes();
        }
    }

    private static void check(Path binary) throws IOException {
        String said = "";
        try {
            Process process = startPatiently(binary);
            said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            if (process.waitFor(10, TimeUnit.SECONDS)
                    && process.exitValue() == 0
                    && said.equals(ANSWER)) return;
        } catch (IOException e) {
            throw new CannotFenceException(
                    "The process guard cannot be run from "
                            + binary
                            + " (is that folder mounted noexec, or is this"
                            + " another kind of processor?): "
                            + e.getMessage()
                            + ".",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotFenceException("The check of the process guard was interrupted.", e);
        }
        throw new CannotFenceException(
                "The process guard cannot do its work on this machine: " + said + ".");
    }

    /**
     * A program is "busy" while a process that some other thread is just starting still has it open
     * for writing.
     */
    private static Process startPatiently(Path binary) throws IOException, InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                return new ProcessBuilder(List.of(binary.toString(), "--check"))
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .start();
            } catch (IOException e) {
                boolean busy = String.valueOf(e.getMessage()).contains("error=26");
                if (!busy || tries == TEXT_FILE_BUSY_TRIES) throw e;
                Thread.sleep(50);
            }
        }
    }
}
