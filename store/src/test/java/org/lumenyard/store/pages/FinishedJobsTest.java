package org.lumenyard.store.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lumenyard.core.JobState;

class FinishedJobsTest {
    private final FinishedJobs finished = new FinishedJobs();
    private long inDatabase;
    private int counted;

    private long doneAt(long revision) {
        return finished.at(
                        revision,
                        () -> {
                            counted++;
                            return Map.of(JobState.DONE, inDatabase);
                        })
                .getOrDefault(JobState.DONE, 0L);
    }

    @Test
    void batchesThatFinishNothingCostNoCounting() {
        finished.begin(1);
        inDatabase = 5;
        assertThat(doneAt(1)).isEqualTo(5);
        assertThat(doneAt(2)).isEqualTo(5);
        assertThat(doneAt(9)).isEqualTo(5);
        assertThat(counted).isEqualTo(1);
    }

    @Test
    void aFinishIsSeenByWhoeverCanReadIt() {
        finished.begin(1);
        inDatabase = 5;
        assertThat(doneAt(1)).isEqualTo(5);
        finished.changing(2);
        // Not committed yet: who reads now sees revision 1.
        assertThat(doneAt(1)).isEqualTo(5);
        inDatabase = 6;
        assertThat(doneAt(2)).isEqualTo(6);
        assertThat(doneAt(3)).isEqualTo(6);
        assertThat(counted).isEqualTo(3);
    }

    @Test
    void aReaderOfAnOlderRevisionIsNotToldOfTheFuture() {
        finished.begin(1);
        finished.changing(2);
        inDatabase = 6;
        assertThat(doneAt(2)).isEqualTo(6);
        inDatabase = 5;
        assertThat(doneAt(1)).isEqualTo(5);
        assertThat(doneAt(2)).isEqualTo(6);
    }

    @Test
    void whileOthersMayWriteEveryTimeIsCounted() {
        assertThat(doneAt(1)).isZero();
        inDatabase = 1;
        assertThat(doneAt(1)).isEqualTo(1);
        finished.begin(1);
        assertThat(doneAt(1)).isEqualTo(1);
        finished.end();
        inDatabase = 2;
        assertThat(doneAt(1)).isEqualTo(2);
    }
}
