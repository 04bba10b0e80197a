package org.lumenyard.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where the server of this user on this machine is and what opens it: a file that only its owner
 * can read, so that the command line finds both by itself.
 *
 * @param url such as {@code http://127.0.0.1:7227}
 * @param token an admin token
 * @param agentToken a token of role agent
 * @param pid the server's process
 */
public record ServerState(String url, String token, String agentToken, long pid) {
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    /** The file within the state folder (setting {@code state}). */
    public static Path file(Path stateFolder) {
        return stateFolder.resolve("server.json");
    }

    /**
     * Reads it.
     *
     * @throws IOException when there is none, or it is not readable
     */
    public static ServerState read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), ServerState.class);
    }

    /** Writes it in one step, readable by its owner only. */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Set<java.nio.file.attribute.PosixFilePermission> own =
                PosixFilePermissions.fromString("rw-------");
        Path fresh =
                Files.createTempFile(
                        file.toAbsolutePath().getParent(),
                        "server",
                        ".json",
                        PosixFilePermissions.asFileAttribute(own));
        Files.writeString(fresh, JSON.writeValueAsString(this));
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
