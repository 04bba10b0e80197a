package org.lumenyard.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * One Chromium for the tests of a class. What it complains of in a test, fails the test; when a
 * test fails, what its pages showed last is kept.
 */
final class Chromium implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final Path PROGRAM = Path.of("/usr/bin/chromium");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final int PATIENCE_MILLIS = 60_000;
    private static final List<String> ARGUMENTS =
            List.of(
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync");

    /** The widths and looks that the page is photographed in. */
    enum Look {
        LIGHT(1440, 900, ColorScheme.LIGHT),
        DARK(1440, 900, ColorScheme.DARK),
        PHONE(390, 844, ColorScheme.LIGHT);

        private final int width;
        private final int height;
        private final ColorScheme scheme;

        Look(int width, int height, ColorScheme scheme) {
            this.width = width;
            this.height = height;
            this.scheme = scheme;
        }
    }

    private Playwright playwright;
    private Browser browser;
    private final List<BrowserContext> people = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private Pattern expected = Pattern.compile("(?!)");

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!Files.isExecutable(PROGRAM)) {
            String missing =
                    "No Chromium at "
                            + PROGRAM
                            + ". Install it with: sudo apt-get install -y chromium";
            if (System.getenv("CI") != null) throw new AssertionError(missing);
            throw new TestAbortedException(missing);
        }
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(PROGRAM)
                                        .setArgs(ARGUMENTS));
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    }

    /** A person with a browser of their own, who has no access yet. */
    BrowserContext person() {
        return person(Look.DARK);
    }

    BrowserContext person(Look look) {
        var options =
                new Browser.NewContextOptions()
                        .setViewportSize(look.width, look.height)
                        .setColorScheme(look.scheme)
                        .setReducedMotion(ReducedMotion.REDUCE)
                        .setHasTouch(look == Look.PHONE);
        BrowserContext person = browser.newContext(options);
        person.setDefaultTimeout(PATIENCE_MILLIS);
        person.onPage(this::watch);
        people.add(person);
        return person;
    }

    private void watch(Page page) {
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type()))
                complain(message.text() + " " + message.location());
        });
        page.onPageError(error -> complain("uncaught: " + error));
    }

    private void complain(String text) {
        if (!expected.matcher(text).find()) complaints.add(text);
    }

    /** What a browser rightly complains of in this test, such as a server that is away. */
    void expectComplaints(String pattern) {
        expected = Pattern.compile(pattern);
    }

    /** Keeps a photograph, after a look for what no page may do in any width. */
    static void photograph(Page page, String name, Look look) {
        assertThat(sidewaysPixels(page))
                .as("pixels that %s scrolls sideways, %s", name, look)
                .isZero();
        var file =
                SCREENSHOTS.resolve(
                        name + "-" + look.name().toLowerCase(java.util.Locale.ROOT) + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(look == Look.PHONE));
    }

    private static int sidewaysPixels(Page page) {
        return (int)
                page.evaluate(
                        "document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }

    @Override
    public void afterEach(ExtensionContext context) {
        // Everything that the browser has sent so far is heard with the next answer.
        people.stream()
                .flatMap(person -> person.pages().stream())
                .forEach(page -> page.evaluate("1"));
        if (context.getExecutionException().isPresent())
            keepWhatWasSeen(context.getRequiredTestMethod().getName());
        people.forEach(BrowserContext::close);
        people.clear();
        var heard = List.copyOf(complaints);
        complaints.clear();
        expected = Pattern.compile("(?!)");
        assertThat(heard).as("what the browser complained of").isEmpty();
    }

    private void keepWhatWasSeen(String test) {
        int number = 0;
        for (BrowserContext person : people) {
            for (Page page : person.pages()) {
                Path file = SCREENSHOTS.resolve("failed").resolve(test + "-" + ++number + ".png");
                page.screenshot(new Page.ScreenshotOptions().setPath(file));
                System.out.println("What " + page.url() + " showed last: " + file);
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (playwright != null) playwright.close();
    }
}
