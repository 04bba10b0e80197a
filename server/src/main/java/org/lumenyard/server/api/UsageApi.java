package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.lumenyard.jobs.Planner;
import org.lumenyard.store.pages.AtRevision;
import org.lumenyard.store.pages.Pages;
import org.lumenyard.store.pages.UsagePages;
import org.lumenyard.store.pages.UsagePages.Stretch;
import org.lumenyard.store.pages.UsagePages.Sums;

/** What the farm did, for whom and with what, in sums over days. */
public final class UsageApi {
    private static final int MOST_DAYS = 400;
    private static final int DEFAULT_DAYS = 30;
    private static final double MILLIS_AN_HOUR = 3_600_000;

    private final Pages pages;
    private final Planner planner;
    private final LongSupplier clock;

    public UsageApi(Pages pages, Planner planner, LongSupplier clock) {
        this.pages = pages;
        this.planner = planner;
        this.clock = clock;
    }

    /** What rows stand for; the words are those of the contract. */
    private enum By {
        DAY("day"),
        OWNER("owner"),
        JOB_TYPE("jobType"),
        ENGINE("engine"),
        NODE("node");

        private final String word;

        By(String word) {
            this.word = word;
        }
    }

    record Shown(String from, String to, String by, List<Row> rows) {}

    record Row(String key, double nodeHours, double loadHours, long done, long failed, long lost) {}

    /** Whole days in a time zone. */
    private record Days(LocalDate first, LocalDate last, ZoneId zone) {
        long start(LocalDate day) {
            return day.atStartOfDay(zone).toInstant().toEpochMilli();
        }

        Stretch whole() {
            return new Stretch(start(first), start(last.plusDays(1)));
        }

        List<LocalDate> each() {
            return first.datesUntil(last.plusDays(1)).toList();
        }
    }

    void get(Context ctx) {
        Days days = days(ctx);
        By by = by(ctx);
        AtRevision<List<Row>> rows =
                switch (by) {
                    case DAY -> byDay(days);
                    case OWNER -> by(UsagePages.By.OWNER, days, UnaryOperator.identity());
                    case NODE -> by(UsagePages.By.NODE_NAME, days, UnaryOperator.identity());
                    case JOB_TYPE -> by(UsagePages.By.SOURCE, days, this::jobType);
                    case ENGINE -> by(UsagePages.By.PAYLOAD, days, planner::engineOf);
                };
        Answers.json(
                ctx,
                rows.revision(),
                new Shown(days.first().toString(), days.last().toString(), by.word, rows.value()));
    }

    private String jobType(String source) {
        return Objects.requireNonNullElse(planner.origin(source).jobType(), "template");
    }

    private AtRevision<List<Row>> byDay(Days days) {
        List<LocalDate> each = days.each();
        var stretches =
                each.stream()
                        .map(day -> new Stretch(days.start(day), days.start(day.plusDays(1))))
                        .toList();
        AtRevision<List<Sums>> sums = pages.usage().each(stretches, clock.getAsLong());
        var rows = new ArrayList<Row>();
        for (int i = 0; i < each.size(); i++) {
            rows.add(row(each.get(i).toString(), sums.value().get(i)));
        }
        return new AtRevision<>(sums.revision(), rows);
    }

    private AtRevision<List<Row>> by(UsagePages.By by, Days days, UnaryOperator<String> name) {
        AtRevision<Map<String, Sums>> sums =
                pages.usage().by(by, days.whole(), clock.getAsLong(), name);
        List<Row> rows =
                sums.value().entrySet().stream()
                        .map(entry -> row(entry.getKey(), entry.getValue()))
                        .sorted(
                                Comparator.comparingDouble(Row::nodeHours)
                                        .reversed()
                                        .thenComparing(Row::key))
                        .toList();
        return new AtRevision<>(sums.revision(), rows);
    }

    private static Row row(String key, Sums sums) {
        return new Row(
                key,
                hours(sums.busyMillis()),
                hours(sums.loadMillis()),
                sums.done(),
                sums.failed(),
                sums.lost());
    }

    /** Hours, to a third of a second. */
    private static double hours(long millis) {
        return Math.round(millis / MILLIS_AN_HOUR * 10_000) / 10_000.0;
    }

    private Days days(Context ctx) {
        ZoneId zone = Requests.text(ctx, "zone", 60).map(UsageApi::zone).orElse(ZoneOffset.UTC);
        LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(clock.getAsLong()), zone);
        LocalDate last = day(ctx, "to").orElse(today);
        LocalDate first = day(ctx, "from").orElse(last.minusDays(DEFAULT_DAYS - 1));
        if (first.isAfter(last)) {
            throw Requests.wrong("from", "has to be no later than to");
        }
        if (ChronoUnit.DAYS.between(first, last) >= MOST_DAYS) {
            throw Requests.wrong("from", "has to be less than " + MOST_DAYS + " days before to");
        }
        return new Days(first, last, zone);
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw Requests.wrong("zone", "has to be a time zone such as Europe/Berlin");
        }
    }

    private static Optional<LocalDate> day(Context ctx, String name) {
        return Requests.text(ctx, name, 10).map(text -> day(name, text));
    }

    private static LocalDate day(String name, String text) {
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= 1970 && day.getYear() < 10_000) {
                return day;
            }
        } catch (DateTimeException e) {
            // Said below.
        }
        throw Requests.wrong(name, "has to be a day such as 2026-01-31");
    }

    private static By by(Context ctx) {
        String word = Requests.text(ctx, "by", 20).orElse(By.DAY.word);
        return Arrays.stream(By.values())
                .filter(by -> by.word.equals(word))
                .findFirst()
                .orElseThrow(() ->
                        Requests.wrong(
                                "by",
                                "has to be of "
                                        + Arrays.stream(By.values())
                                                .map(by -> by.word)
                                                .collect(Collectors.joining(", "))));
    }
}
