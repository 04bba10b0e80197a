package org.lumenyard.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HellosTest {
    private final Hellos hellos = new Hellos();

    @Test
    void aHelloThatWasSentBeforeOneThatWasReadIsNoNews() {
        assertThat(hellos.isNews("north", "boot-1", 20)).isTrue();
        assertThat(hellos.isNews("north", "boot-1", 10)).isFalse();
        assertThat(hellos.isNews("north", "boot-1", 30)).isTrue();
    }

    @Test
    void anotherBootsClockBeginsAnew() {
        assertThat(hellos.isNews("north", "boot-1", 20)).isTrue();
        assertThat(hellos.isNews("north", "boot-2", 10)).isTrue();
        assertThat(hellos.isLatest("north", "boot-1", 20)).isFalse();
    }

    @Test
    void anotherBootsHelloMakesAnOldOneNoNewer() {
        assertThat(hellos.isNews("north", "boot-1", 20)).isTrue();
        assertThat(hellos.isNews("north", "boot-of-a-double", 5)).isTrue();
        assertThat(hellos.isNews("north", "boot-1", 10)).isFalse();
    }
}
