package org.lumenyard.store.pages;

import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.noCondition;
import static org.lumenyard.store.schema.Tables.FARM_LIMIT;
import static org.lumenyard.store.schema.Tables.NODE;
import static org.lumenyard.store.schema.Tables.RUN;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.LimitId;
import org.lumenyard.core.Requirements;
import org.lumenyard.store.rows.JsonText;
import org.lumenyard.store.schema.Subject;

/** Limits, who holds seats of them, their history. */
public final class LimitPages {
    /** Of limits in one answer, and of runs that hold seats. */
    private static final int MOST = 1_000;

    /** Who holds seats of one limit. */
    private static final class Held {
        private long taken;
        private final Map<Long, Long> seats = new HashMap<>();
    }

    private final Reading reading;

    LimitPages(Reading reading) {
        this.reading = reading;
    }

    /** All limits, by name. */
    public AtRevision<List<LimitLine>> list() {
        return reading.readAt(sql -> limits(sql, noCondition()));
    }

    /** The limit that has this name. */
    public AtRevision<Optional<LimitLine>> limit(String name) {
        return reading.readAt(sql -> limits(sql, FARM_LIMIT.NAME.eq(name)).stream().findFirst());
    }

    /** What was done to the limit, the latest first. */
    public AtRevision<Listing<HistoryLine>> history(
            LimitId id, @Nullable String cursor, int limit) {
        return reading.readAt(
                sql -> JobPages.history(sql, Subject.LIMIT, id.value(), cursor, limit));
    }

    private static List<LimitLine> limits(DSLContext sql, Condition which) {
        var limits =
                sql.select()
                        .from(FARM_LIMIT)
                        .where(which)
                        .orderBy(FARM_LIMIT.NAME)
                        .limit(MOST)
                        .fetch();
        if (limits.isEmpty()) return List.of();
        Map<String, Held> held = held(sql);
        Map<Long, RunLine> runs = runs(sql, held);
        return limits.map(row -> {
            Held of = held.getOrDefault(row.get(FARM_LIMIT.NAME), new Held());
            return new LimitLine(
                    new LimitId(row.get(FARM_LIMIT.ID)),
                    row.get(FARM_LIMIT.NAME),
                    row.get(FARM_LIMIT.SEATS),
                    row.get(FARM_LIMIT.NOTE),
                    row.get(FARM_LIMIT.SET_AT),
                    of.taken,
                    holders(of, runs));
        });
    }

    /**
     * Counted over all runs in motion, found by node because that is what they are indexed by; of
     * each no more is kept than its number.
     */
    private static Map<String, Held> held(DSLContext sql) {
        Map<String, Held> held = new HashMap<>();
        var inMotion =
                sql.select(RUN.ID, RUN.AMOUNTS)
                        .from(NODE)
                        .join(RUN)
                        .on(RUN.NODE.eq(NODE.ID))
                        .where(RUN.ENDED_AT.isNull())
                        .and(RUN.AMOUNTS.contains("amount.limit."));
        try (var rows = inMotion.fetchLazy()) {
            for (var row : rows) {
                SortedMap<String, Long> seats = Requirements.seats(JsonText.amounts(row.value2()));
                seats.forEach((limit, number) -> {
                    Held of = held.computeIfAbsent(limit, name -> new Held());
                    of.taken += number;
                    if (of.seats.size() < MOST) of.seats.put(row.value1(), number);
                });
            }
        }
        return held;
    }

    private static Map<Long, RunLine> runs(DSLContext sql, Map<String, Held> held) {
        List<Long> ids =
                held.values().stream()
                        .flatMap(of -> of.seats.keySet().stream())
                        .distinct()
                        .sorted()
                        .limit(MOST)
                        .toList();
        return RunLine.select(sql).where(RUN.ID.in(ids)).fetch(RunLine::of).stream()
                .collect(toMap(line -> line.run().id().value(), line -> line));
    }

    private static List<LimitLine.Holder> holders(Held of, Map<Long, RunLine> runs) {
        var holders = new ArrayList<LimitLine.Holder>();
        of.seats.keySet().stream()
                .sorted()
                .filter(runs::containsKey)
                .forEach(id ->
                        holders.add(
                                new LimitLine.Holder(
                                        Objects.requireNonNull(runs.get(id)),
                                        Objects.requireNonNull(of.seats.get(id)))));
        return List.copyOf(holders);
    }
}
