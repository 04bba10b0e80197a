package org.lumenyard.agent.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 90, unit = TimeUnit.SECONDS)
final class UploadsTest {
    private FakeServer server = new FakeServer();
    private final HttpClient client = HttpClient.newHttpClient();
    private final java.net.URI address = server.address();
    private final Uploads uploads = new Uploads(() -> address, FakeServer.TOKEN, client);

    @TempDir private Path folder;

    @AfterEach
    void close() {
        uploads.close();
        client.close();
        server.close();
    }

    @Test
    void aGrowingLogIsSentWhileItGrowsAndClosedAtItsEnd() throws Exception {
        RunLog log = RunLog.create(folder.resolve("log.txt"));
        var upload = uploads.begin(11, log.file());
        log.add("first");
        assertThat(server.awaitUpload("/api/v1/runs/b/log")).asString().startsWith("first");

        log.add("se\0cond");
        upload.finish().get();

        assertThat(server.awaitLog(11)).isEqualTo("first\nse\uFFFDcond\n");
    }

    @Test
    void aLogLongerThanAPartArrivesWhole() throws Exception {
        Path file = Files.write(folder.resolve("log.txt"), new byte[(5 << 20) + 3]);

        uploads.begin(11, file).finish().get();

        assertThat(server.awaitUpload("/api/v1/runs/b/log")).hasSize((5 << 20) + 3);
    }

    @Test
    void aServerThatWasAwayGetsEverythingLater() throws Exception {
        int port = server.address().getPort();
        server.close();
        Path file = Files.writeString(folder.resolve("log.txt"), "kept");
        Path picture = Files.write(folder.resolve("7.jpg"), new byte[] {(byte) 0xFF, 1, 2});
        var upload = uploads.begin(11, file);
        upload.picture("frame 7", picture);
        var done = upload.finish();

        server = new FakeServer(port);

        done.get();
        assertThat(server.awaitLog(11)).isEqualTo("kept");
        assertThat(server.awaitUpload("/api/v1/runs/b/thumbnails/frame%207")).hasSize(3);
        assertThat(picture).doesNotExist();
    }

    /** As when the server's disk was restored from an older copy. */
    @Test
    void aServerThatLostThePartBeforeGetsTheWholeLogAgain() throws Exception {
        RunLog log = RunLog.create(folder.resolve("log.txt"));
        var upload = uploads.begin(11, log.file());
        log.add("first");
        server.awaitUpload("/api/v1/runs/b/log");
        server.forgetUploads();

        log.add("second");
        upload.finish().get();

        assertThat(server.awaitLog(11)).isEqualTo("first\nsecond\n");
    }

    @Test
    void aFileThatIsGoneHoldsUpNothing()
            throws IOException, InterruptedException, java.util.concurrent.ExecutionException {
        var upload = uploads.begin(11, folder.resolve("never written"));
        upload.picture("7", folder.resolve("gone.jpg"));

        upload.finish().get();

        assertThat(server.awaitLog(11)).isEmpty();
    }
}
