package org.lumenyard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.lumenyard.browser.Chromium.Look;
import org.lumenyard.system.FarmUnderTest;
import org.lumenyard.system.Farms;

/** A farm in trouble, and a person before it: an ill node, a job that fails alike, a licence. */
class TroublePageTest {
    @RegisterExtension static final Farms FARMS = Farms.ofAllTests();
    @RegisterExtension static final Chromium CHROMIUM = new Chromium();

    private static FarmUnderTest farm;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        farm = FARMS.farm();
        farm.startServer();
        farm.startAgent("north");
        farm.startAgent("south");
        farm.awaitNodes("north", "south");
    }

    @Test
    void aQuarantinedNodeSaysWhatFailedOnItAndIsTriedAgain() throws Exception {
        Path cure = farm.work().resolve("cure");
        String south = farm.client().get("/nodes/south").path("id").asText();
        String job = farm.submit(Jobs.ILL_NODE, Map.of("Cure", cure, "Ill", south), "ill node");
        Visitor visitor = visitor("/nodes");

        assertThat(visitor.heading()).containsText("south is quarantined.");
        assertThat(visitor.link("Nodes 1 quarantined")).isVisible();
        Locator node = visitor.page().getByRole(AriaRole.ARTICLE, named("south, quarantined"));
        assertThat(node).containsText("tasks in a row failed here");
        assertThat(node).containsText("It is given only what no other node could do.");
        photographEverywhere("nodes-quarantined", "/nodes", "south is quarantined");
        Files.createFile(cure);
        visitor.button("Try south again").click();
        assertThat(visitor.page().getByText("south is trusted again")).isVisible();
        assertThat(visitor.page().getByRole(AriaRole.ARTICLE, named("south, online"))).isVisible();
        assertThat(visitor.heading()).not().containsText("quarantined");
        assertThat(farm.awaitEnd(job)).isEqualTo("done");
    }

    @Test
    void aJobThatTheFarmHoldsShowsWhatFailedAlikeAndIsReleased() throws Exception {
        Path cure = farm.work().resolve("cure of all");
        String job = farm.submit(Jobs.ILL_NODE, Map.of("Cure", cure, "Ill", ""), "ill everywhere");
        Visitor visitor = visitor("/jobs/" + job);

        assertThat(visitor.heading())
                .hasText(
                        Pattern.compile(
                                "^Held by the farm since \\d\\d:\\d\\d: .* and \\d more failed.*"));
        Locator alike = visitor.page().getByRole(AriaRole.TABLE, named("Tasks that failed alike"));
        assertThat(alike.getByRole(AriaRole.ROW).nth(3)).isVisible();
        photographEverywhere("job-held-by-farm", "/jobs/" + job, "What failed alike");
        alike.getByRole(AriaRole.LINK).first().click();
        assertThat(visitor.log().getByText("is broken").first()).isVisible();

        Files.createFile(cure);
        visitor.button("Release").click();
        assertThat(visitor.heading()).hasText("All 40 tasks done");
        assertThat(alike).hasCount(0);
    }

    @Test
    void aLimitIsMadeRaisedAndDeletedWhereItStands() throws Exception {
        Visitor visitor = visitor("/limits");
        assertThat(visitor.heading()).hasText("No limits yet");
        visitor.button("New limit").click();
        visitor.page().getByLabel("Name").fill("Arnold");
        assertThat(visitor.page().getByText("A name has lower-case letters")).isVisible();
        visitor.page().getByLabel("Name").fill("arnold");
        visitor.page().getByLabel("Seats").fill("1");
        visitor.button("Make it").click();
        Locator arnold = visitor.page().getByRole(AriaRole.REGION, named("arnold"));
        assertThat(arnold).containsText("0 of 1 seat held, 1 free");

        String job = farm.submit(Jobs.LICENSED, Map.of(), "licensed");
        assertThat(arnold).containsText("The only seat is held, 2 tasks wait");
        assertThat(visitor.heading()).hasText("arnold is used up, 2 tasks wait for a seat");
        assertThat(arnold.getByRole(AriaRole.LINK).first()).hasText("licensed");

        visitor.button("Edit arnold").click();
        visitor.page().getByLabel("Seats").fill("2");
        assertThat(arnold).containsText("1 seat more: waiting tasks take them at once");
        photographEverywhere("limits", "/limits", "arnold is used up");
        visitor.button("Keep").click();
        assertThat(arnold).containsText("All 2 seats are held, 1 task waits");

        visitor.button("Delete arnold…").click();
        assertThat(arnold).containsText("it can be deleted once they are given back");
        visitor.button("Keep").click();
        farm.client().post("/jobs/" + job + ":cancel", null, null);
        assertThat(arnold).containsText("0 of 2 seats held, 2 free");
        visitor.button("Delete arnold…").click();
        visitor.button("Delete the limit").click();
        assertThat(visitor.page().getByText("Limit arnold deleted")).isVisible();
        assertThat(visitor.heading()).hasText("No limits yet");
        visitor.press("z");
        assertThat(arnold).containsText("0 of 2 seats held, 2 free");
        assertThat(farm.client().get("/limits/arnold").path("count").asInt()).isEqualTo(2);
    }

    private static Visitor visitor(String path) {
        return visitor(path, Look.DARK);
    }

    private static Visitor visitor(String path, Look look) {
        String link = farm.client().post("/login-links", null, null).path("url").asText();
        Visitor visitor = Visitor.login(CHROMIUM.person(look), link);
        visitor.page().navigate(farm.client().url() + path);
        return visitor;
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static void photographEverywhere(String name, String path, String words) {
        for (Look look : Look.values()) {
            Visitor visitor = visitor(path, look);
            assertThat(visitor.page().getByText(words).first()).isVisible();
            assertThat(visitor.nameless()).as("what has no name on %s, %s", name, look).isEmpty();
            Chromium.photograph(visitor.page(), name, look);
            visitor.page().context().close();
        }
    }
}
