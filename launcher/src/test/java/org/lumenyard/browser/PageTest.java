package org.lumenyard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.KeyboardModifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.lumenyard.browser.Chromium.Look;
import org.lumenyard.system.FarmUnderTest;
import org.lumenyard.system.Farms;

/**
 * One farm of two agents, and people before it. The first tests see it empty and then render the
 * film; the others bring jobs of their own and find them by name.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageTest {
    @RegisterExtension static final Farms FARMS = Farms.ofAllTests();
    @RegisterExtension static final Chromium CHROMIUM = new Chromium();

    private static final LocatorAssertions.IsVisibleOptions RENDERED =
            new LocatorAssertions.IsVisibleOptions().setTimeout(300_000);

    private static FarmUnderTest farm;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        farm = FARMS.farm();
        farm.startServer();
        farm.startAgent("north");
        farm.startAgent("south");
        farm.awaitNodes("north", "south");
    }

    /** What a test left at work would hold up the next. */
    @AfterEach
    void cancelWhatIsOpen() throws InterruptedException {
        for (JsonNode job :
                farm.client().get("/jobs?state=running,waiting,held&limit=100").path("items")) {
            String id = job.path("id").asText();
            farm.client().post("/jobs/" + id + ":cancel", null, null);
            farm.awaitEnd(id);
        }
    }

    // From nothing to a film

    @Test
    @Order(1)
    void anEmptyFarmSaysWhatToDo() {
        Visitor visitor = visitor();

        assertThat(visitor.heading()).hasText("No jobs yet");
        assertThat(visitor.page().getByText("./lumenyard submit scene.blend")).isVisible();
        assertThat(visitor.button("Render the demo scene")).isEnabled();
        photographEverywhere("empty", "/jobs", "Nothing to render yet");
    }

    @Test
    @Order(2)
    void theDemoRendersBeforeTheEyesOfWhoPressedTheButton() {
        assumeThat(Files.isExecutable(Path.of("/usr/bin/blender")) || System.getenv("CI") != null)
                .as("Blender is here, or else: sudo apt-get install -y blender ffmpeg")
                .isTrue();
        Visitor visitor = visitor();
        visitor.markThisLoad();

        visitor.button("Render the demo scene").click();

        assertThat(visitor.strip("render: 0 done, [12] running")).isVisible();
        assertThat(visitor.strip("render: [1-9]\\d* done, [12] running")).isVisible(RENDERED);
        assertThat(visitor.strip("^Frame \\d+$")).isVisible();
        visitor.page().waitForCondition(() -> coloursOfThePreview(visitor) > 100);
        Chromium.photograph(visitor.page(), "job-rendering", Look.DARK);

        visitor.tab("Log").click();
        assertThat(visitor.log())
                .containsText(
                        Pattern.compile("Fra:|Saved|Time:"),
                        new LocatorAssertions.ContainsTextOptions().setTimeout(300_000));

        assertThat(visitor.page().locator("video")).isVisible(RENDERED);
        assertThat(visitor.strip("render: 24 done, 0 running.*film: 1 done")).isVisible();
        assertThat(visitor.heading()).hasText("All 25 tasks done");
        visitor.page().waitForCondition(() -> secondsOfTheFilm(visitor) > 0);
        assertThat(secondsOfTheFilm(visitor))
                .as("seconds of 24 frames at 12 a second")
                .isBetween(1.9, 2.1);
        assertThat(visitor.isStillThatLoad()).as("nothing was reloaded").isTrue();

        String job = visitor.page().url().replaceFirst("\\?.*", "");
        photographEverywhere("film", job.substring(base().length()), "All 25 tasks done");
    }

    // Getting in

    @Test
    @Order(3)
    void aLoginLinkWorksOnce() {
        CHROMIUM.expectComplaints("401");
        String link = loginLink();
        Visitor first = Visitor.login(CHROMIUM.person(), link);
        assertThat(first.link("Nodes")).isVisible();

        Visitor second = Visitor.login(CHROMIUM.person(), link);

        assertThat(second.heading()).hasText("Sign in to the farm");
        assertThat(second.page().getByText("That link is used up or older than ten minutes."))
                .isVisible();
        assertThat(second.button("Sign in")).isDisabled();
        assertThat(second.nameless()).isEmpty();
        second.page().getByLabel("Or paste such a link here").fill(loginLink());
        second.button("Sign in").click();
        assertThat(second.link("Nodes")).isVisible();
    }

    @Test
    @Order(3)
    void aStrangerSeesTheWayInAndNothingElse() {
        CHROMIUM.expectComplaints("401");
        for (Look look : Look.values()) {
            Page page = CHROMIUM.person(look).newPage();
            page.navigate(base() + "/nodes");
            assertThat(page.getByText("./lumenyard open")).isVisible();
            assertThat(page.getByText("north")).hasCount(0);
            Chromium.photograph(page, "login", look);
        }
    }

    // At work

    @Test
    @Order(3)
    void aFailedTaskLeadsToTheLineThatSaysWhyAndBackToWork() throws Exception {
        Path cure = farm.work().resolve("cure");
        String job = farm.submit(Jobs.SICK, Map.of("Cure", cure), "sick");
        assertThat(farm.awaitEnd(job)).isEqualTo("failed");
        Visitor visitor = visitor();
        assertThat(visitor.heading()).containsText("needs you");
        visitor.row("sick").click();
        assertThat(visitor.button("Retry 1 failed")).isVisible();
        assertThat(visitor.heading()).containsText("The only task failed: ");
        assertThat(visitor.button("Log of heal 1")).isVisible();
        assertThat(visitor.button("Hold")).hasCount(0);
        assertThat(visitor.button("Cancel…")).hasCount(0);

        visitor.tab("Log").click();
        Locator error = visitor.log().getByText("Error: there is no cure");
        assertThat(error).isInViewport();
        assertThat(
                        visitor.log()
                                .getByText(
                                        "before 0", new Locator.GetByTextOptions().setExact(true)))
                .hasCount(0);
        visitor.page().getByRole(AriaRole.SEARCHBOX).fill("before 150");
        visitor.press("Enter");
        assertThat(visitor.log().getByText("before 150")).isInViewport();
        photographEverywhere("log", "/jobs/" + job + "?tab=log", "First error");

        Files.createFile(cure);
        visitor.button("Retry 1 failed").click();
        assertThat(visitor.strip("heal: 1 done")).isVisible();
        assertThat(visitor.heading()).hasText("The only task is done");
        visitor.tab("History").click();
        assertThat(visitor.page().getByRole(AriaRole.TABPANEL)).containsText("retr");
    }

    @Test
    @Order(3)
    void aLogIsFollowedWhileItIsWritten() throws Exception {
        Path words = Files.writeString(farm.work().resolve("words"), "first words\n");
        String job = farm.submit(Jobs.TALKER, Map.of("Words", words), "talker");
        farm.awaitCount(job, "running", 1);
        Visitor visitor = visitor();
        visitor.page().navigate(base() + "/jobs/" + job + "?tab=log");
        assertThat(visitor.log().getByText("first words")).isVisible();
        visitor.markThisLoad();

        for (int line = 0; line < 200; line++)
            Files.writeString(words, "word " + line + "\n", StandardOpenOption.APPEND);

        assertThat(visitor.log().getByText("word 199")).isInViewport();
        assertThat(visitor.page().getByText("following")).isVisible();
        assertThat(visitor.isStillThatLoad()).isTrue();
        cancel(visitor, "talker");
    }

    @Test
    @Order(3)
    void aJobIsHeldReleasedHurriedAndCancelledFromItsPage() throws Exception {
        String job = submit("a long one", "1-900", 0.3);
        farm.awaitCount(job, "done", 1);
        Visitor visitor = visitor();
        visitor.row("a long one").click();

        visitor.button("Hold").click();
        assertThat(visitor.strip("^draw: \\d+ done, 0 running")).isVisible();
        assertThat(visitor.button("Release")).isVisible();
        assertThat(visitor.heading())
                .hasText(
                        Pattern.compile(
                                "^Held by .+ since \\d\\d:\\d\\d\\. \\d+ of 900 tasks done$"));
        assertThat(farm.job(job).path("held").asBoolean()).isTrue();
        visitor.button("Release").click();
        assertThat(visitor.strip("^draw: \\d+ done, [12] running")).isVisible();

        visitor.button("Priority").click();
        visitor.page().getByRole(AriaRole.TEXTBOX, named("Priority, 0 to 100")).fill("77");
        visitor.press("Enter");
        assertThat(visitor.page().getByText("Priority of a long one: 50 → 77")).isVisible();
        visitor.press("z");
        assertThat(visitor.button("Priority 50")).isVisible();
        visitor.press("p");
        visitor.page().keyboard().type("101");
        visitor.press("Enter");
        assertThat(visitor.page().getByRole(AriaRole.ALERT))
                .hasText("A priority is a whole number from 0 to 100.");
        visitor.press("Escape");
        assertThat(visitor.button("Priority 50")).isVisible();

        visitor.press("F2");
        visitor.page().keyboard().type("a longer one");
        visitor.press("Enter");
        assertThat(visitor.page().getByText("a long one is now a longer one")).isVisible();
        assertThat(visitor.button("a longer one, rename")).isVisible();
        visitor.press("z");
        assertThat(visitor.button("a long one, rename")).isVisible();

        visitor.button("Cancel…").click();
        visitor.button("Keep").click();
        assertThat(visitor.button("Cancel the job")).hasCount(0);
        cancel(visitor, "a long one");
        assertThat(farm.awaitEnd(job)).isEqualTo("cancelled");
    }

    @Test
    @Order(3)
    void runsStandInTheLaneOfTheirNodeAndLeadToTheirLogByKeys() throws Exception {
        String job = submit("in lanes", "1-12", 0.2);
        farm.awaitEnd(job);
        Visitor visitor = visitor();
        visitor.row("in lanes").click();

        Locator lanes = visitor.page().locator(".lane-view canvas");
        assertThat(lanes).hasAttribute("aria-label", Pattern.compile("^12 runs on [12] nodes?\\."));
        lanes.focus();
        visitor.press("Home");
        assertThat(visitor.page().locator("#lane-said"))
                .hasText(Pattern.compile("^draw \\d+, (north|south), done, "));
        visitor.button("Show as table").last().click();
        assertThat(visitor.page().getByRole(AriaRole.TABLE, named("Runs")).getByRole(AriaRole.ROW))
                .hasCount(13);
        visitor.button("Show as lanes").click();
        lanes.focus();
        visitor.press("End", "Enter");
        assertThat(visitor.page()).hasURL(Pattern.compile("tab=log&run=\\w+"));
    }

    @Test
    @Order(3)
    void framesAreDownloadedAsOneArchive() throws Exception {
        String job = submit("to take home", "1-12", 0.1);
        farm.awaitEnd(job);
        Visitor visitor = visitor();
        visitor.row("to take home").click();

        visitor.button("Download frames").click();
        Locator form = visitor.page().getByRole(AriaRole.FORM, named("Download frames"));
        assertThat(form).containsText("12 files");
        visitor.page().keyboard().type("2-4, 12");
        assertThat(form).containsText("4 files");
        Download download =
                visitor.page()
                        .waitForDownload(() ->
                                form.getByRole(
                                                AriaRole.LINK,
                                                new Locator.GetByRoleOptions().setName("Zip"))
                                        .click());

        assertThat(download.suggestedFilename()).isEqualTo("to take home.zip");
        try (var zip = new ZipFile(download.path().toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .containsExactly("t_0002.png", "t_0003.png", "t_0004.png", "t_0012.png");
        }
    }

    @Test
    @Order(3)
    void severalJobsAreHeldAndGivenBackAndCancelledTogether() throws Exception {
        List<String> jobs =
                List.of(
                        submit("many one", "1-300", 0.3),
                        submit("many two", "1-300", 0.3),
                        submit("many three", "1-300", 0.3));
        Visitor visitor = visitor();
        visitor.page().navigate(base() + "/jobs?q=many");
        assertThat(visitor.row("many one")).isVisible();

        visitor.press("j", "x", "j", "j", "X");
        Locator bar = visitor.page().getByRole(AriaRole.TOOLBAR, named("Selected jobs"));
        assertThat(bar).containsText("3 jobs selected");
        assertThat(bar).containsText(Pattern.compile("Hold 3 jobs, \\d+ waiting tasks"));
        visitor.press("h");
        assertThat(visitor.page().getByText(Pattern.compile("^3 jobs held"))).isVisible();
        for (String job : jobs) assertThat(farm.job(job).path("held").asBoolean()).isTrue();
        visitor.press("z");
        assertThat(visitor.page().getByText("3 jobs released")).isVisible();
        for (String job : jobs) assertThat(farm.job(job).path("held").asBoolean()).isFalse();

        visitor.press("Delete");
        assertThat(bar).containsText("Cancel 3 jobs?");
        visitor.button("Cancel 3 jobs").click();
        assertThat(bar).hasCount(0);
        for (String job : jobs) assertThat(farm.awaitEnd(job)).isEqualTo("cancelled");
    }

    @Test
    @Order(3)
    void allIsReachedByKeys() {
        submit("key one", "1-3", 0.1);
        submit("key two", "1-3", 0.1);
        Visitor visitor = visitor();
        assertThat(visitor.row("key two")).isVisible();

        visitor.press("?");
        Locator help = visitor.page().getByRole(AriaRole.DIALOG, named("Keyboard"));
        assertThat(help).isVisible();
        Chromium.photograph(visitor.page(), "keyboard", Look.DARK);
        visitor.press("Escape");
        assertThat(help).isHidden();

        visitor.press("j");
        assertThat(visitor.row("key two")).isFocused();
        visitor.press("j");
        assertThat(visitor.row("key one")).isFocused();
        visitor.press("k", "j", "Enter");
        assertThat(visitor.page().getByText("key one").first()).isVisible();
        assertThat(visitor.tab("Runs")).isVisible();

        visitor.press("g", "n");
        assertThat(visitor.heading()).containsText("2 nodes up");
        visitor.press("g", "j");
        assertThat(visitor.row("key one")).isVisible();
        visitor.press("/");
        visitor.page().keyboard().type("key two");
        assertThat(visitor.row("key one")).hasCount(0);
        assertThat(visitor.row("key two")).isVisible();
    }

    @Test
    @Order(3)
    void aJobsNameOpensItHereAndElsewhereByTheBrowsersOwnWays() {
        String job = submit("named one", "1-3", 0.1);
        Visitor visitor = visitor();
        Locator name = visitor.row("named one").getByRole(AriaRole.LINK);
        var elsewhere = new Locator.ClickOptions().setModifiers(List.of(KeyboardModifier.CONTROL));
        Page other = visitor.page().context().waitForPage(() -> name.click(elsewhere));
        assertThat(other).hasURL(base() + "/jobs/" + job);
        other.close();
        assertThat(visitor.row("named one")).isVisible();

        visitor.page().evaluate("window.stayed = true");
        name.click();
        assertThat(visitor.page()).hasURL(Pattern.compile(".*/jobs/" + job + "$"));
        assertThat(visitor.tab("Runs")).isVisible();
        assertThat(visitor.page().evaluate("window.stayed")).as("not loaded anew").isEqualTo(true);
    }

    @Test
    @Order(3)
    void usageCountsWhatWasDoneAndGivesItAway() throws Exception {
        farm.awaitEnd(submit("counted", "1-20", 0.2));
        Visitor visitor = visitor();

        visitor.press("g", "u");

        assertThat(visitor.heading())
                .hasText(Pattern.compile("^\\S.* in 30 days, .*tasks? done.*"));
        assertThat(visitor.page().locator(".day-chart canvas")).isVisible();
        visitor.button("Engine").click();
        Locator table = visitor.page().getByRole(AriaRole.TABLE, named("Usage by engine"));
        assertThat(table).containsText("testpattern");
        Download download = visitor.page().waitForDownload(() -> visitor.link("CSV").click());
        assertThat(download.suggestedFilename()).startsWith("usage-by-engine-");
        assertThat(Files.readString(download.path()))
                .startsWith("engine,node_hours,load_hours,done,failed,lost")
                .contains("testpattern,");
        photographEverywhere("usage", "/usage?by=node", "Node hours");
    }

    @Test
    @Order(3)
    void tenTabsFollowOneStream() {
        Visitor first = visitor();
        assertThat(
                        first.page()
                                .getByRole(AriaRole.STATUS)
                                .filter(new Locator.FilterOptions().setHasText("Live")))
                .isVisible();
        first.page().waitForCondition(() -> streams(first) > 0);
        double streams = streams(first);
        List<Visitor> tabs =
                IntStream.range(0, 10).mapToObj(n -> first.anotherTab(base() + "/jobs")).toList();
        tabs.forEach(tab -> assertThat(tab.heading()).isVisible());

        submit("ten", "1-40", 0.2);

        tabs.forEach(tab ->
                assertThat(
                                tab.row("ten")
                                        .getByRole(
                                                AriaRole.IMG,
                                                new Locator.GetByRoleOptions()
                                                        .setName(
                                                                Pattern.compile("[1-9]\\d* done"))))
                        .isVisible());
        assertThat(
                        tabs.getLast()
                                .page()
                                .getByRole(AriaRole.STATUS)
                                .filter(new Locator.FilterOptions().setHasText("Live")))
                .isVisible();
        assertThat(streams(first))
                .as("streams, with those of former tests that the server has not missed yet")
                .isLessThanOrEqualTo(streams);
        tabs.forEach(tab -> assertThat(tab.row("ten")).containsText("40 / 40"));
    }

    @Test
    @Order(3)
    void everyPageFitsAPhoneInBothLooksAndNamesItsControls() throws Exception {
        String job =
                submit(
                        "a_shot_with_a_name_as_long_as_pipelines_make_them_sh0420_lighting_v012",
                        "1-2000",
                        0.3);
        farm.awaitCount(job, "done", 5);

        photographEverywhere("jobs", "/jobs", "a_shot_with");
        photographEverywhere("job", "/jobs/" + job, "Hold");
        photographEverywhere("why", "/jobs/" + job + "?tab=why", "draw is running");
        photographEverywhere("history", "/jobs/" + job + "?tab=history", "submitted");
        photographEverywhere("nodes", "/nodes", "2 nodes up");
        photographEverywhere("unknown", "/jobs/zzzzzz", "There is no job zzzzzz");
        farm.client().post("/jobs/" + job + ":cancel", null, null);
        assertThat(farm.awaitEnd(job)).isEqualTo("cancelled");
    }

    // Away and back

    @Test
    @Order(4)
    void theServerGoesAndComesBackWhileThePageKeepsItsPicture() throws Exception {
        CHROMIUM.expectComplaints("ERR_|Failed to load resource");
        String job = submit("through it all", "1-60", 0.3);
        farm.awaitCount(job, "done", 2);
        Visitor visitor = visitor();
        visitor.row("through it all").click();
        assertThat(visitor.button("Hold")).isEnabled();
        assertThat(visitor.strip("draw: [1-9]\\d* done")).isVisible();
        visitor.markThisLoad();

        farm.server().kill();

        assertThat(
                        visitor.page()
                                .getByText(
                                        Pattern.compile(
                                                "Server away since \\d\\d:\\d\\d:\\d\\d, retrying\\.")))
                .isVisible();
        assertThat(visitor.strip("draw: [1-9]\\d* done")).isVisible();
        assertThat(visitor.button("Hold")).isDisabled();
        Chromium.photograph(visitor.page(), "away", Look.DARK);

        farm.startServer();

        assertThat(visitor.page().getByText("Server away since")).hasCount(0);
        assertThat(visitor.strip("draw: 60 done")).isVisible(RENDERED);
        assertThat(visitor.heading()).hasText("All 60 tasks done");
        assertThat(visitor.isStillThatLoad()).as("nothing was reloaded").isTrue();
    }

    // What the tests share

    private static String base() {
        return farm.client().url();
    }

    private static String loginLink() {
        return farm.client().post("/login-links", null, null).path("url").asText();
    }

    private static Visitor visitor() {
        return Visitor.login(CHROMIUM.person(), loginLink());
    }

    private static String submit(String name, String frames, double seconds) {
        var parameters =
                Map.of("Frames", frames, "Seconds", seconds, "Output", farm.work().resolve(name));
        return farm.submit(Jobs.PATTERN, parameters, name);
    }

    private static void cancel(Visitor visitor, String name) {
        visitor.button("Cancel…").click();
        assertThat(visitor.page().getByText("Cancel " + name + "?")).isVisible();
        visitor.button("Cancel the job").click();
        assertThat(visitor.heading()).containsText("ancelled");
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    /**
     * Photographs a page in all looks, once some words are there, and checks that all controls have
     * names.
     */
    private static void photographEverywhere(String name, String path, String words) {
        for (Look look : Look.values()) {
            BrowserContext person = CHROMIUM.person(look);
            Visitor visitor = Visitor.login(person, loginLink());
            if (name.equals("unknown")) CHROMIUM.expectComplaints("404");
            visitor.page().navigate(base() + path);
            assertThat(
                            visitor.page()
                                    .getByText(words)
                                    .filter(new Locator.FilterOptions().setVisible(true))
                                    .first())
                    .isVisible();
            visitor.page().waitForLoadState(com.microsoft.playwright.options.LoadState.LOAD);
            assertThat(visitor.nameless()).as("what has no name on %s, %s", name, look).isEmpty();
            Chromium.photograph(visitor.page(), name, look);
            person.close();
        }
    }

    /** How many streams of events the server feeds. */
    private static double streams(Visitor visitor) {
        String metrics =
                (String) visitor.page().evaluate("fetch('/metrics').then(answer => answer.text())");
        var line = Pattern.compile("(?m)^lumenyard_pages_following (\\S+)$").matcher(metrics);
        assertThat(line.find()).as(metrics).isTrue();
        return Double.parseDouble(line.group(1));
    }

    /** How many different colours the preview shows: a blank one has a single one. */
    private static int coloursOfThePreview(Visitor visitor) {
        return (int)
                visitor.page()
                        .locator(".stage canvas")
                        .evaluate(
                                """
                                canvas => {
                                    if (canvas.width === 0) return 0;
                                    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
                                    const colours = new Set();
                                    for (let at = 0; at < data.length; at += 64) colours.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]);
                                    return colours.size;
                                }
                                """);
    }

    /** The film's length once the browser can play it; 0 before. */
    private static double secondsOfTheFilm(Visitor visitor) {
        Object seconds =
                visitor.page()
                        .locator("video")
                        .evaluate(
                                "film => film.readyState > 0 && film.videoWidth > 0 ? film.duration : 0");
        return ((Number) seconds).doubleValue();
    }
}
