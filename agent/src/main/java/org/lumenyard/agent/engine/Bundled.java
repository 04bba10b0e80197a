package org.lumenyard.agent.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that come inside the program and are needed outside of it. */
final class Bundled {
    private Bundled() {}

    /**
     * Writes a resource into the folder, whole or not at all: another agent may be using the file.
     *
     * @param resource its name, relative to this package, or absolute
     * @param executable whether it is a program
     * @return the file
     * @throws IOException when it cannot be written, or is not bundled
     */
    static Path unpack(String resource, Path folder, boolean executable) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(resource.substring(resource.lastIndexOf('/') + 1));
        Path fresh = Files.createTempFile(folder, ".unpacking-", "");
        try (InputStream in = Bundled.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("this build lacks " + resource);
            }
            Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(
                    fresh, PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------"));
            return Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
