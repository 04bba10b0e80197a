package org.lumenyard.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A small file system in memory, to be filled to the brim. Needs root. */
record TinyDisk(Path folder) implements AutoCloseable {
    static void assumeMountable() {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "needs root, to mount a small tmpfs");
    }

    static TinyDisk mount(Path folder, String size) throws IOException {
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
        return new TinyDisk(folder);
    }

    void fill() throws IOException {
        var chunk = new byte[4_096];
        try (OutputStream out = Files.newOutputStream(folder.resolve("ballast"))) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            // Full, as it should be.
            if (Files.size(folder.resolve("ballast")) == 0) {
                throw full;
            }
        }
    }

    void empty() throws IOException {
        Files.delete(folder.resolve("ballast"));
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", folder.toString());
    }

    private static void run(String... command) throws IOException {
        try {
            int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + exit);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
