package org.lumenyard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is sent: a problem document with a 4xx, nothing changed, and the server lives. */
class BadInputTest {
    private static final String PLAIN =
            "\"jobType\": \"command\", \"parameters\": {\"Program\": \"/bin/true\"}";
    @TempDir static Path folder;
    private static Station station;
    private static FakeAgent agent;
    private static String job;
    private static String run;
    private static String step;

    /** A bad request. */
    record Bad(String name, String method, String path, String type, byte[] body) {
        static Bad of(String method, String path, String body) {
            return new Bad(
                    method + " " + path + " " + body.substring(0, Math.min(60, body.length())),
                    method,
                    path,
                    "application/json",
                    body.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void begin() throws IOException, InterruptedException {
        station = Station.open(folder);
        agent = FakeAgent.connect(station);
        agent.join("north", 1);
        byte[] seats = "{\"count\": 1}".getBytes(StandardCharsets.UTF_8);
        station.put("/api/v1/limits/arnold", station.admin, "application/json", seats);
        job = station.submit(3);
        step = station.get("/api/v1/jobs/" + job).json().at("/steps/0/id").asText();
        run =
                Long.toString(
                        agent.await(org.lumenyard.protocol.ServerMessage.Start.class).run(), 36);
        station.awaitSaid("/api/v1/jobs/" + job, "\"noEta\"");
    }

    @AfterAll
    static void end() {
        agent.close();
        station.close();
    }

    static List<Bad> table() {
        var table = new ArrayList<Bad>();
        for (String path : List.of("/jobs", "/jobs:check", "/jobs/@:retry", "/tokens")) {
            bodies("POST", path, table);
        }
        bodies("PATCH", "/jobs/@", table);
        bodies("PUT", "/limits/nuke", table);
        bodies("PATCH", "/limits/arnold", table);
        submissions(table);
        ids(table);
        queries(table);
        others(table);
        return table;
    }

    /** What no endpoint with a JSON body takes. */
    private static void bodies(String method, String path, List<Bad> table) {
        for (String body :
                List.of(
                        "",
                        "{",
                        "[]",
                        "null",
                        "7",
                        "\"x\"",
                        "{\"a\":1,\"a\":2}",
                        "{} {}",
                        "{\"nobodyKnowsThis\": 1}",
                        "[".repeat(5_000),
                        "{\"a\":" + "1".repeat(5_000) + "}",
                        "NaN")) {
            table.add(Bad.of(method, path, body));
        }
        table.add(
                new Bad(
                        method + " " + path + " bad UTF-8",
                        method,
                        path,
                        "application/json",
                        new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'}));
        table.add(
                new Bad(
                        method + " " + path + " raw NUL",
                        method,
                        path,
                        "application/json",
                        "{\"name\": \"a\u0000b\"}".getBytes(StandardCharsets.UTF_8)));
        table.add(Bad.of(method, path, "{\"name\": \"a\\u0000b\", \"role\": \"viewer\"}"));
        table.add(Bad.of(method, path, "{\"name\": \"\\ud800\", \"role\": \"viewer\"}"));
        table.add(
                new Bad(
                        method + " " + path + " huge",
                        method,
                        path,
                        "application/json",
                        new byte[5 << 20]));
        table.add(
                new Bad(
                        method + " " + path + " XML",
                        method,
                        path,
                        "application/xml",
                        "<a/>".getBytes(StandardCharsets.UTF_8)));
    }

    private static void submissions(List<Bad> table) {
        for (String body :
                List.of(
                        "{}",
                        "{\"jobType\": \"command\", \"template\": \"x\"}",
                        "{\"jobType\": 7}",
                        "{\"jobType\": \"no such\"}",
                        "{" + PLAIN + ", \"priority\": 101}",
                        "{" + PLAIN + ", \"priority\": -1}",
                        "{" + PLAIN + ", \"priority\": 1.5}",
                        "{" + PLAIN + ", \"priority\": \"50\"}",
                        "{" + PLAIN + ", \"priority\": 99999999999999999999}",
                        "{" + PLAIN + ", \"band\": \"urgent\"}",
                        "{" + PLAIN + ", \"held\": \"yes\"}",
                        "{" + PLAIN + ", \"name\": \"\"}",
                        "{" + PLAIN + ", \"name\": \"" + "n".repeat(129) + "\"}",
                        "{" + PLAIN + ", \"notes\": \"" + "n".repeat(4001) + "\"}",
                        "{\"jobType\": \"command\", \"parameters\": []}",
                        "{\"jobType\": \"command\", \"parameters\": {\"Items\": null}}",
                        "{\"jobType\": \"command\", \"parameters\": {\"Items\": [1]}}",
                        "{\"jobType\": \"command\", \"parameters\": {\"Items\": \"a\\u0000\"}}",
                        "{\"jobType\": \"command\", \"parameters\": {\"Program\": \"/bin/true\", \"Items\": -1.5}}")) {
            table.add(Bad.of("POST", "/jobs", body));
            table.add(Bad.of("POST", "/jobs:check", body));
        }
        for (String body :
                List.of(
                        "{}",
                        "{\"what\": \"nothing\"}",
                        "{\"what\": \"task\"}",
                        "{\"what\": \"task\", \"step\": \"zzz\", \"index\": 0}",
                        "{\"what\": \"task\", \"step\": \"!\", \"index\": 0}",
                        "{\"what\": \"task\", \"step\": \"1\", \"index\": -1}",
                        "{\"what\": \"failed\"}")) {
            table.add(Bad.of("POST", "/jobs/@:retry", body));
        }
        for (String body :
                List.of(
                        "{}",
                        "{\"priority\": 1000}",
                        "{\"name\": \"\"}",
                        "{\"band\": 1}",
                        "{\"state\": \"done\"}")) {
            table.add(Bad.of("PATCH", "/jobs/@", body));
        }
        for (String body :
                List.of(
                        "{}",
                        "{\"name\": \"x\"}",
                        "{\"name\": \"x\", \"role\": \"root\"}",
                        "{\"name\": \"\", \"role\": \"viewer\"}")) {
            table.add(Bad.of("POST", "/tokens", body));
        }
        for (String body :
                List.of(
                        "{}",
                        "{\"note\": \"no count\"}",
                        "{\"count\": -1}",
                        "{\"count\": 1000001}",
                        "{\"count\": 1.5}",
                        "{\"count\": \"4\"}",
                        "{\"count\": 4, \"seats\": 4}",
                        "{\"count\": 4, \"note\": \"" + "n".repeat(1_001) + "\"}")) {
            table.add(Bad.of("PUT", "/limits/nuke", body));
            if (!body.contains("no count")) {
                table.add(Bad.of("PATCH", "/limits/arnold", body));
            }
        }
        for (String name : List.of("Arnold", "a%20b", "1st", "a.", "a..b", "%C3%A4", "a-b")) {
            table.add(Bad.of("PUT", "/limits/" + name, "{\"count\": 1}"));
        }
        table.add(Bad.of("POST", "/limits", "{\"count\": 1}"));
        table.add(Bad.of("POST", "/demo", ""));
    }

    /** Ids that name nothing, or nothing good. */
    private static void ids(List<Bad> table) {
        for (String id :
                List.of(
                        "zzzz",
                        "-1",
                        "0",
                        "1e9999999999999",
                        "zzzzzzzzzzzzz",
                        "A",
                        "%00",
                        "%2e%2e",
                        "..%2f..%2fetc%2fpasswd",
                        "%c3%28",
                        "1%20or%201=1",
                        "x".repeat(3_000))) {
            for (String of :
                    List.of(
                            "/jobs/#",
                            "/jobs/#/strip",
                            "/jobs/#/tasks",
                            "/jobs/#/runs",
                            "/jobs/#/outputs",
                            "/jobs/#/outputs.zip",
                            "/jobs/#/history",
                            "/jobs/#/explain",
                            "/jobs/#/steps/1/tasks/0/explain",
                            "/jobs/@/steps/#/tasks/0/explain",
                            "/runs/#",
                            "/runs/#/log",
                            "/runs/#/thumbnails/1",
                            "/runs/#/outputs/1",
                            "/limits/#",
                            "/limits/#/explain",
                            "/limits/#/history",
                            "/nodes/#",
                            "/nodes/#/explain")) {
                table.add(Bad.of("GET", of.replace("#", id), ""));
            }
            for (String verb : List.of("hold", "release", "cancel", "archive", "unarchive")) {
                table.add(Bad.of("POST", "/jobs/" + id + ":" + verb, ""));
            }
            table.add(Bad.of("POST", "/nodes/" + id + ":release-runs", ""));
            table.add(Bad.of("POST", "/nodes/" + id + ":try-again", ""));
            table.add(Bad.of("DELETE", "/tokens/" + id, ""));
            table.add(Bad.of("DELETE", "/jobs/" + id, ""));
            table.add(Bad.of("DELETE", "/limits/" + id, ""));
            table.add(Bad.of("PATCH", "/limits/" + id, "{\"count\": 3}"));
            table.add(Bad.of("PATCH", "/jobs/" + id, "{\"priority\": 3}"));
            table.add(Bad.of("PUT", "/runs/" + id + "/log?offset=0", "x"));
            table.add(Bad.of("PUT", "/runs/" + id + "/thumbnails/1", "x"));
        }
        for (String label :
                List.of(
                        "%00",
                        "nothing", "..%2f..%2ffarm.db", "%2e%2e%2f", "l".repeat(300), "%ff")) {
            table.add(Bad.of("GET", "/runs/$/thumbnails/" + label, ""));
            table.add(Bad.of("GET", "/runs/$/outputs/" + label, ""));
        }
    }

    private static void queries(List<Bad> table) {
        for (String query :
                List.of(
                        "limit=0",
                        "limit=1001",
                        "limit=x",
                        "limit=-1",
                        "cursor=nonsense",
                        "cursor=%00",
                        "cursor=" + "9".repeat(30),
                        "state=flying",
                        "state=done,flying",
                        "sort=size",
                        "sort=--name",
                        "sort=state&cursor=1~flying",
                        "q=%00",
                        "q=" + "q".repeat(201),
                        "q=%ff",
                        "archived=perhaps",
                        "user=" + "u".repeat(101))) {
            table.add(Bad.of("GET", "/jobs?" + query, ""));
        }
        for (String query :
                List.of("step=zzz", "step=%00", "state=flying", "limit=0", "cursor=x")) {
            table.add(Bad.of("GET", "/jobs/@/tasks?" + query, ""));
        }
        for (String query : List.of("index=0", "index=x", "step=zzz", "cursor=x")) {
            table.add(Bad.of("GET", "/jobs/@/runs?" + query, ""));
        }
        for (String index :
                List.of("-1", "2000000", "x", "1.5", "%00", "9".repeat(18), "9".repeat(300))) {
            table.add(Bad.of("GET", "/jobs/@/steps/!/tasks/" + index + "/explain", ""));
        }
        for (String query : List.of("bins=0", "bins=2001", "bins=x", "bins=1.5")) {
            table.add(Bad.of("GET", "/jobs/@/strip?" + query, ""));
        }
        for (String query :
                List.of(
                        "offset=-1",
                        "offset=x",
                        "limit=0",
                        "limit=99999999",
                        "tail=0",
                        "tail=x",
                        "follow=perhaps")) {
            table.add(Bad.of("GET", "/runs/$/log?" + query, ""));
        }
        for (String query :
                List.of(
                        "",
                        "?offset=-1",
                        "?offset=x",
                        "?offset=99999999999999999999",
                        "?offset=0&final=perhaps",
                        "?offset=17")) {
            table.add(Bad.of("PUT", "/runs/$/log" + query, "x"));
        }
        table.add(
                new Bad(
                        "PUT log huge",
                        "PUT",
                        "/runs/$/log?offset=0",
                        "application/octet-stream",
                        new byte[(4 << 20) + 1]));
        table.add(
                new Bad(
                        "PUT thumbnail huge",
                        "PUT",
                        "/runs/$/thumbnails/1",
                        "image/png",
                        new byte[(1 << 20) + 1]));
        table.add(
                new Bad(
                        "PUT thumbnail no picture",
                        "PUT",
                        "/runs/$/thumbnails/1",
                        "image/png",
                        "<svg/>".getBytes(StandardCharsets.UTF_8)));
        table.add(Bad.of("GET", "/events?since=x", ""));
        table.add(Bad.of("GET", "/events?since=-1", ""));
        for (String query :
                List.of(
                        "by=hour",
                        "by=%00",
                        "from=yesterday",
                        "from=2026-13-01",
                        "from=2026-1-1",
                        "from=0001-01-01",
                        "from=2026-02-02&to=2026-02-01",
                        "from=2024-01-01&to=2026-01-01",
                        "to=99999-01-01",
                        "zone=Atlantis",
                        "zone=%ff")) {
            table.add(Bad.of("GET", "/usage?" + query, ""));
        }
        table.add(Bad.of("GET", "/jobs/@/history?limit=0", ""));
        table.add(Bad.of("GET", "/limits/arnold/history?cursor=x", ""));
        table.add(Bad.of("GET", "/jobs/@/outputs?step=zzz", ""));
        for (String query :
                List.of(
                        "",
                        "?step=zzz",
                        "?step=%00",
                        "?frames=x",
                        "?frames=1-",
                        "?frames=3-1",
                        "?frames=1-10:0",
                        "?frames=%ff",
                        "?frames=" + "1,".repeat(2_000) + "1",
                        "?frames=99999999999999999999")) {
            table.add(Bad.of("GET", "/jobs/@/outputs.zip" + query, ""));
        }
    }

    private static void others(List<Bad> table) {
        for (String path :
                List.of(
                        "/nothing",
                        "/",
                        "",
                        "/jobs/@/nothing",
                        "/jobs/@:explode",
                        "/agent",
                        "/openapi.json")) {
            table.add(Bad.of("GET", path, ""));
        }
        table.add(Bad.of("DELETE", "/jobs/@", ""));
        table.add(Bad.of("PUT", "/jobs", "{}"));
        table.add(Bad.of("PATCH", "/farm", "{}"));
        table.add(Bad.of("POST", "/nodes/north:release-runs", ""));
    }

    @ParameterizedTest
    @MethodSource("table")
    void badInputIsAProblemAndChangesNothing(Bad bad) {
        String before = state();
        String path = "/api/v1" + bad.path().replace("@", job).replace("$", run).replace("!", step);
        var request =
                station.request(path)
                        .header("Content-Type", bad.type())
                        .method(
                                bad.method(),
                                bad.body().length == 0
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofByteArray(bad.body()))
                        .build();
        check(station.send(request));
        assertThat(state()).isEqualTo(before);
    }

    private static void check(Station.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
        assertThat(answer.type()).startsWith("application/problem+json");
        var problem = answer.json();
        assertThat(problem.path("type").asText()).startsWith("/problems/");
        assertThat(problem.path("title").asText()).isNotEmpty();
        assertThat(problem.path("status").asInt()).isEqualTo(answer.status());
        assertThat(answer.body())
                .doesNotContain("org.lumenyard")
                .doesNotContain("\tat ")
                .doesNotContain("Exception");
    }

    /** Revision, jobs and tokens: what must not have changed. */
    private static String state() {
        var farm = station.get("/api/v1/farm");
        assertThat(farm.status()).isEqualTo(200);
        return farm.json().path("revision")
                + station.get("/api/v1/jobs").body().replaceAll("\"eta\":\\{[^}]*}", "")
                + station.get("/api/v1/limits").body()
                + station.get("/api/v1/tokens").body();
    }

    @Test
    void everyAddressNeedsATokenOfTheRightRole() {
        String api = "/api/v1";
        String body = "{" + PLAIN + "}";
        record Case(String method, String path, String viewer, String agent) {}
        var cases =
                List.of(
                        new Case("GET", "/jobs", "may", "no"),
                        new Case("GET", "/jobs/" + job, "may", "no"),
                        new Case("GET", "/jobs/x/steps/x/tasks/0/explain", "may", "no"),
                        new Case("GET", "/farm", "may", "no"),
                        new Case("GET", "/nodes", "may", "no"),
                        new Case("GET", "/job-types", "may", "no"),
                        new Case("GET", "/runs/" + run, "may", "no"),
                        new Case("GET", "/openapi.yaml", "may", "no"),
                        new Case("POST", "/nodes/none:try-again", "no", "no"),
                        new Case("GET", "/limits", "may", "no"),
                        new Case("GET", "/limits/none/explain", "may", "no"),
                        new Case("PUT", "/limits/none", "no", "no"),
                        new Case("PATCH", "/limits/none", "no", "no"),
                        new Case("DELETE", "/limits/none", "no", "no"),
                        new Case("POST", "/jobs", "no", "no"),
                        new Case("POST", "/demo", "no", "no"),
                        new Case("POST", "/jobs/" + job + ":hold", "no", "no"),
                        new Case("POST", "/jobs/" + job + ":retry", "no", "no"),
                        new Case("POST", "/jobs/" + job + ":archive", "no", "no"),
                        new Case("POST", "/jobs/" + job + ":unarchive", "no", "no"),
                        new Case("PATCH", "/jobs/" + job, "no", "no"),
                        new Case("POST", "/login-links", "no", "no"),
                        new Case("GET", "/tokens", "no", "no"),
                        new Case("POST", "/tokens", "no", "no"),
                        new Case("DELETE", "/tokens/x", "no", "no"),
                        new Case("PUT", "/runs/" + run + "/log?offset=0", "no", "may"));
        for (Case c : cases) {
            assertThat(status(c.method(), api + c.path(), null, body))
                    .as(c + " nobody")
                    .isEqualTo(401);
            assertThat(status(c.method(), api + c.path(), "wrong", body))
                    .as(c + " wrong")
                    .isEqualTo(401);
            assertThat(status(c.method(), api + c.path(), station.viewer, body) == 403)
                    .as(c + " viewer")
                    .isEqualTo(c.viewer().equals("no"));
            assertThat(status(c.method(), api + c.path(), station.agent, body) == 403)
                    .as(c + " agent")
                    .isEqualTo(c.agent().equals("no"));
        }
        assertThat(status("GET", "/metrics", null, "")).isEqualTo(401);
        assertThat(status("GET", "/metrics", station.viewer, "")).isEqualTo(200);
        assertThat(status("GET", "/health/live", null, "")).isEqualTo(200);
        assertThat(status("GET", "/health/ready", null, "")).isEqualTo(200);
    }

    private static int status(String method, String path, String token, String body) {
        var request = HttpRequest.newBuilder(station.uri(path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        var publisher =
                method.equals("GET") || method.equals("DELETE")
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(body);
        var answer =
                station.send(
                        request.header("Content-Type", "application/json")
                                .method(method, publisher)
                                .build());
        if (answer.status() >= 400) {
            check(answer);
        }
        return answer.status();
    }

    @Test
    void aCookieCountsOnlyOnRequestsFromOurOwnPages() throws IOException {
        String link = station.post("/api/v1/login-links", "").json().path("url").asText();
        String path = link.substring(link.indexOf("/login"));
        String login = raw("GET " + path + " HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n");
        assertThat(login)
                .startsWith("HTTP/1.1 302")
                .contains("HttpOnly")
                .contains("SameSite=Strict");
        String cookie = login.replaceAll("(?s).*Set-Cookie: (lumenyard=[^;]*);.*", "$1");
        String again = raw("GET " + path + " HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n");
        assertThat(again).doesNotContain("Set-Cookie");
        String get =
                "GET /api/v1/farm HTTP/1.1\r\nHost: #\r\nConnection: close\r\nCookie: "
                        + cookie
                        + "\r\n";
        assertThat(raw(get + "Sec-Fetch-Site: same-origin\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .contains("\"user\":\"ada (browser)\"");
        assertThat(raw(get + "Origin: http://#\r\n\r\n")).startsWith("HTTP/1.1 200");
        for (String foreign :
                List.of(
                        "",
                        "Sec-Fetch-Site: cross-site\r\n",
                        "Sec-Fetch-Site: same-site\r\n",
                        "Origin: http://evil.example\r\n",
                        "Origin: null\r\n",
                        "Sec-Fetch-Site: same-origin\r\nOrigin: http://evil.example\r\n",
                        "Sec-Fetch-Site: none\r\n")) {
            assertThat(raw(get + foreign + "\r\n"))
                    .as(foreign)
                    .startsWith("HTTP/1.1 403")
                    .contains("foreign_origin");
        }
        String post =
                "POST /api/v1/jobs/"
                        + job
                        + ":hold HTTP/1.1\r\nHost: #\r\nConnection: close\r\nContent-Length: 0\r\nCookie: "
                        + cookie
                        + "\r\n";
        assertThat(raw(post + "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
        String socket =
                "GET /api/v1/agent HTTP/1.1\r\nHost: #\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://evil.example\r\nCookie: "
                        + cookie
                        + "\r\n\r\n";
        assertThat(raw(socket)).startsWith("HTTP/1.1 403");
    }

    @Test
    void anotherHostsNameIsTurnedAway() throws IOException {
        assertThat(
                        raw(
                                "GET /health/live HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
        assertThat(
                        raw(
                                "GET /health/live HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void brokenHttpIsAProblemToo() throws IOException {
        for (String broken :
                List.of(
                        "GET /%zz HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n",
                        "GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n",
                        "GET /api/v1/jobs/%2e%2e/%2e%2e HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n",
                        "GET /assets/..%2f..%2fx HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: #\r\nX: "
                                + "x".repeat(20_000)
                                + "\r\nConnection: close\r\n\r\n",
                        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
                        "FLY / HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n",
                        "POST /api/v1/jobs HTTP/1.1\r\nHost: #\r\nConnection: close\r\nContent-Length: -5\r\n\r\n",
                        "GET / HTTP/9.9\r\nHost: #\r\n\r\n",
                        "\u0000\u0001\u0002\r\n\r\n")) {
            String answer = raw(broken);
            assertThat(answer)
                    .as(broken)
                    .matches("(?s)HTTP/1\\.1 [45][0-9][0-9].*")
                    .doesNotContain("org.eclipse")
                    .doesNotContain("\tat ");
        }
        assertThat(station.get("/api/v1/farm").status()).isEqualTo(200);
    }

    private static String raw(String request) throws IOException {
        int port = station.server.port();
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            request.replace("#", "127.0.0.1:" + port)
                                    .getBytes(StandardCharsets.ISO_8859_1));
            var head = new java.io.ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(head);
            } catch (IOException e) {
                // What came before the end is what counts.
                assertThat(head.size()).as(request).isPositive();
            }
            return head.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void nonsenseOnTheAgentsSocketEndsThatConnectionOnly() {
        for (String nonsense :
                List.of(
                        "",
                        "{",
                        "7",
                        "{\"type\": \"hello\"}",
                        "{\"type\": \"fly\"}",
                        "{\"type\":\"hello\",\"protocol\":99}",
                        "{\"type\":\"hello\",\"protocol\":1,\"facts\":{\"name\":\"\"}}",
                        "x".repeat(70_000))) {
            try (var bad = FakeAgent.connect(station)) {
                try {
                    bad.sayText(nonsense);
                } catch (java.util.concurrent.CompletionException e) {
                    // The server may be faster in closing.
                    assertThat(nonsense).isNotNull();
                }
                bad.awaitClosed();
            }
        }
        agent.beat();
        agent.await(org.lumenyard.protocol.ServerMessage.Beat.class);
    }

    @Test
    void thePageIsServedToEverybodyAndNothingBesideIt() throws IOException {
        String page = raw("GET / HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n");
        assertThat(page)
                .startsWith("HTTP/1.1 200")
                .contains("Content-Security-Policy: default-src 'self'")
                .contains("X-Content-Type-Options: nosniff")
                .contains("<!doctype html>");
        assertThat(raw("GET /jobs/1f HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw("GET /assets/none.js HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
        assertThat(raw("GET /farm.db HTTP/1.1\r\nHost: #\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
    }
}
