package org.lumenyard.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchivingTest {
    @ParameterizedTest
    @EnumSource
    void whereverItIsItComesToWhatIsWanted(Archiving anywhere) {
        assertThat(toItsEnd(anywhere.wanted())).isEqualTo(Archiving.ARCHIVED);
        assertThat(toItsEnd(anywhere.unwanted())).isEqualTo(Archiving.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void aWishIsNeverTakenForTheEndOfWhatWasUnderWay(Archiving anywhere) {
        for (Archiving wish : new Archiving[] {anywhere.wanted(), anywhere.unwanted()}) {
            if (wish != anywhere) assertThat(wish).isNotEqualTo(anywhere.done());
        }
    }

    private static Archiving toItsEnd(Archiving begun) {
        Archiving now = begun;
        for (int part = 0; now.isUnderWay(); part++) {
            assertThat(part).isLessThan(Archiving.values().length);
            now = now.done();
        }
        return now;
    }
}
