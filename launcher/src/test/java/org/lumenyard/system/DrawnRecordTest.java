package org.lumenyard.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judge itself: it must see what it is there to see. */
class DrawnRecordTest {
    @TempDir Path folder;

    @Test
    void twoProcessesAtOnceAreSeenAndOneAfterTheOtherIsNot() throws Exception {
        Files.writeString(
                folder.resolve("record.txt"),
                "11 1 7 1000 1500\n12 2 8 1000 1500\n13 3 7 1600 1900\n14 4 8 1400 1700\n");
        DrawnRecord record = DrawnRecord.read(folder);
        assertThat(record.overlaps())
                .singleElement()
                .asString()
                .contains("pid=12")
                .contains("pid=14");
        assertThat(record.of(7)).extracting(DrawnRecord.Line::run).containsExactly(1L, 3L);
    }

    @Test
    void aRecordThatWasNeverBegunIsEmpty() throws Exception {
        assertThat(DrawnRecord.read(folder).lines()).isEmpty();
    }
}
