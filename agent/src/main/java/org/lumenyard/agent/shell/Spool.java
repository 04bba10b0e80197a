package org.lumenyard.agent.shell;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the agent keeps on disk for its next life: its identity, and final reports, a file each. */
final class Spool {
    private static final Logger log = LoggerFactory.getLogger(Spool.class);
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final int PROBE_BYTES = 256 * 1024;

    private final StateFolder folder;

    Spool(StateFolder folder) {
        this.folder = folder;
    }

    /**
     * @throws IOException when the identity is there but cannot be read: to go on without it would
     *     leave processes of earlier lives unswept
     */
    Identity identity() throws IOException {
        return Files.exists(folder.identity())
                ? JSON.readValue(folder.identity().toFile(), Identity.class)
                : Identity.NEW;
    }

    void keep(Identity identity) throws IOException {
        DurableFile.write(folder.identity(), JSON.writeValueAsBytes(identity));
    }

    void keep(FinalReport report) throws IOException {
        DurableFile.write(file(report.run()), JSON.writeValueAsBytes(report));
    }

    void forget(long run) throws IOException {
        Files.deleteIfExists(file(run));
    }

    /** All reports that can be read; others are told and left alone. */
    List<FinalReport> reports() throws IOException {
        var reports = new ArrayList<FinalReport>();
        try (var files = Files.newDirectoryStream(folder.spool(), "*.json")) {
            for (Path file : files) {
                read(file).ifPresent(reports::add);
            }
        }
        return reports;
    }

    /** Whether there is room for a report or two. */
    boolean isWritable() {
        Path probe = folder.spool().resolve("probe");
        try {
            DurableFile.write(probe, new byte[PROBE_BYTES]);
            return true;
        } catch (IOException full) {
            return false;
        } finally {
            try {
                Files.deleteIfExists(probe);
            } catch (IOException left) {
                log.debug("left behind: {}", probe, left);
            }
        }
    }

    private Path file(long run) {
        return folder.spool().resolve(run + ".json");
    }

    private static Optional<FinalReport> read(Path file) {
        try {
            return Optional.of(JSON.readValue(file.toFile(), FinalReport.class));
        } catch (IOException unreadable) {
            log.warn("The spooled report {} cannot be read: {}", file, unreadable.getMessage());
            return Optional.empty();
        }
    }
}
