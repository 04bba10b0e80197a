package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "postgresql://host/farm jdbc:postgresql://host/farm",
                "postgresql://ada@host/farm jdbc:postgresql://host/farm?user=ada",
                "postgresql://ada@h:1/farm?a=b jdbc:postgresql://h:1/farm?a=b&user=ada",
                "postgresql://a%40b+c@one:1,two:2/farm"
                        + " jdbc:postgresql://one:1,two:2/farm?user=a%40b%2Bc"
            })
    void theDriverIsToldTheUserAsAParameter(String url, String driverUrl) {
        assertThat(new Place.Postgres(url, null).driverUrl()).isEqualTo(driverUrl);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://ada:hidden@host/farm",
                "postgresql://ada:hid/den@host/farm",
                "postgresql://ada@host/farm?password=hidden",
                "postgresql://ada@host/farm?sslmode=require&sslpassword=hidden",
                "postgresql://ada@host",
                "postgresql://ada@host/?a=hidden",
                "mysql://hidden/farm"
            })
    void whatCannotBeUsedIsRefusedWithoutShowingIt(String url) {
        assertThatThrownBy(() -> new Place.Postgres(url, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hid");
    }

    @Test
    void aPasswordIsNotPrinted() {
        assertThat(new Place.Postgres("postgresql://ada@host/farm", "hidden").toString())
                .doesNotContain("hidden");
    }
}
