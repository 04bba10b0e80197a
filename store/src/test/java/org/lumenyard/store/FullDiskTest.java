package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.JobId;
import org.lumenyard.store.pages.JobsQuery;

/** On a small disk of its own, which only root can make. */
class FullDiskTest {
    @TempDir Path folder;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.toString());
        assumeTrue(mounted, "NOT TESTED: mounting a tmpfs needs root (run the tests as root)");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) run("umount", folder.toString());
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    @Test
    void whatWasAcknowledgedOutlivesAFullDiskAndTheStoreHealsByItself() throws Exception {
        try (Store store = Store.open(folder, Frames::read)) {
            store.takeOver();
            store.commit(new Batch(1, 3, List.of(StoreTest.submission(1, 2))));
            var acknowledged = new ArrayList<>(List.of(new JobId(1)));
            Path ballast = folder.resolve("ballast");
            for (int round = 0; round < 3; round++) {
                fill(ballast);
                StorageUnavailable failure = commitUntilFull(store, acknowledged);
                assertThat(failure.reason()).isEqualTo(StorageUnavailable.Reason.DISK_FULL);
                assertThat(failure).hasMessageEndingWith("is full.");
                assertThat(store.pages().jobs().list(JobsQuery.newest(1_000)).value().rows())
                        .hasSameSizeAs(acknowledged);
                // A new reign may find room in what the last one left, and fails when that is used.
                takeOverIfItCan(store);
            }

            Files.delete(ballast);
            acknowledged.add(takeOverAndCommit(store, acknowledged.size()));
            assertThat(store.load().jobs())
                    .extracting(FarmImage.JobImage::id)
                    .isEqualTo(acknowledged);
        }
    }

    private static void fill(Path ballast) {
        byte[] block = new byte[4096];
        assertThatThrownBy(
                        () -> {
                            try (var out =
                                    Files.newOutputStream(
                                            ballast,
                                            StandardOpenOption.CREATE,
                                            StandardOpenOption.APPEND)) {
                                while (true) out.write(block);
                            }
                        })
                .isInstanceOf(IOException.class);
    }

    private static void takeOverIfItCan(Store store) {
        try {
            store.takeOver();
        } catch (StorageUnavailable e) {
            assertThat(e.reason()).isEqualTo(StorageUnavailable.Reason.DISK_FULL);
        }
    }

    private static StorageUnavailable commitUntilFull(Store store, List<JobId> acknowledged) {
        while (true) {
            long job = 2L * acknowledged.size() + 1;
            try {
                store.commit(batch(acknowledged.size() + 1, job));
                acknowledged.add(new JobId(job));
            } catch (StorageUnavailable e) {
                return e;
            } catch (ReignOver e) {
                // The take-over itself found no room.
                return assertThrows(StorageUnavailable.class, store::takeOver);
            }
        }
    }

    private static JobId takeOverAndCommit(Store store, int stored) {
        store.takeOver();
        long job = 2L * stored + 1;
        store.commit(batch(stored + 1, job));
        return new JobId(job);
    }

    private static Batch batch(long revision, long job) {
        return new Batch(revision, job + 2, List.of(StoreTest.submission(job, job + 1)));
    }
}
