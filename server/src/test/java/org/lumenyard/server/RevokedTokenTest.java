package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a token has opened does not stay open when the token is revoked. */
class RevokedTokenTest {
    @TempDir Path folder;

    private static Station.Answer issue(Station station, String name, String role) {
        var answer =
                station.post(
                        "/api/v1/tokens",
                        "{\"name\": \"%s\", \"role\": \"%s\"}".formatted(name, role));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer;
    }

    private static void revoke(Station station, Station.Answer issued) {
        String id = issued.json().path("id").asText();
        assertThat(station.delete("/api/v1/tokens/" + id).status()).isEqualTo(204);
    }

    @Test
    void aFollowerIsToldNothingMore() throws Exception {
        try (var station = Station.open(folder)) {
            var issued = issue(station, "guest", "viewer");
            var request =
                    HttpRequest.newBuilder(station.uri("/api/v1/events"))
                            .header("Authorization", "Bearer " + secret(issued))
                            .build();
            var stream = station.client.send(request, BodyHandlers.ofLines());
            assertThat(stream.statusCode()).isEqualTo(200);
            Iterator<String> lines = stream.body().iterator();
            assertThat(lines.next()).isEqualTo("retry: 1000");

            revoke(station, issued);
            String secretJob = station.submit(3);

            while (lines.hasNext()) assertThat(lines.next()).doesNotContain(secretJob);
        }
    }

    @Test
    void anAgentsNextWordEndsItsConnection() throws Exception {
        try (var station = Station.open(folder)) {
            var issued = issue(station, "workers", "agent");
            try (var agent = FakeAgent.connect(station, secret(issued))) {
                agent.join("north", 1);
                revoke(station, issued);

                agent.beat();

                assertThat(agent.awaitClosed()).isEqualTo(1008);
            }
        }
    }

    private static String secret(Station.Answer issued) {
        return issued.json().path("secret").asText();
    }
}
