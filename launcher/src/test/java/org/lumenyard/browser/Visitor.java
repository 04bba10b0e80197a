package org.lumenyard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A page as somebody uses it who sees only what assistive technology is told: roles and names. What
 * has no name cannot be used here.
 */
record Visitor(Page page) {
    /** What can be operated or stands for something, and must say what it is. */
    private static final Pattern NAMELESS =
            Pattern.compile(
                    "^\\s*- (button|link|textbox|searchbox|spinbutton|combobox|checkbox|slider|tab|img|dialog|table)(?: \\[[^\\]]*])*:?$",
                    Pattern.MULTILINE);

    /** Opens a login link in a new page. */
    static Visitor login(BrowserContext person, String link) {
        var visitor = new Visitor(person.newPage());
        visitor.page.navigate(link);
        assertThat(visitor.heading()).isVisible();
        return visitor;
    }

    Visitor anotherTab(String url) {
        var tab = new Visitor(page.context().newPage());
        tab.page.navigate(url);
        return tab;
    }

    Locator heading() {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    Locator link(String name) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
    }

    Locator tab(String name) {
        return page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName(name));
    }

    Locator log() {
        return page.getByRole(AriaRole.LOG);
    }

    /** The row of a job on the page of jobs. */
    Locator row(String job) {
        return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHas(link(job)));
    }

    /** The frame strip, which says in words what it paints. */
    Locator strip(String words) {
        return page.getByRole(
                AriaRole.IMG, new Page.GetByRoleOptions().setName(Pattern.compile(words)));
    }

    void press(String... keys) {
        for (String key : keys) page.keyboard().press(key);
    }

    /** Leaves something in the page that only a reload would take away. */
    void markThisLoad() {
        page.evaluate("window.sameLoad = true");
    }

    boolean isStillThatLoad() {
        return Boolean.TRUE.equals(page.evaluate("window.sameLoad === true"));
    }

    /**
     * Lines of the page's outline that can be operated, or stand for something, and have no name.
     */
    List<String> nameless() {
        String outline = page.locator("body").ariaSnapshot();
        return NAMELESS.matcher(outline).results().map(found -> found.group().strip()).toList();
    }
}
