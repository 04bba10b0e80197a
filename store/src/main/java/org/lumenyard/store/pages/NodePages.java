package org.lumenyard.store.pages;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.noCondition;
import static org.lumenyard.store.schema.Tables.INSTANCE;
import static org.lumenyard.store.schema.Tables.NODE;
import static org.lumenyard.store.schema.Tables.RUN;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.NodeId;
import org.lumenyard.store.rows.NodeRows;
import org.lumenyard.store.schema.NodeState;
import org.lumenyard.store.schema.RunState;
import org.lumenyard.store.schema.Subject;

/** Nodes, what runs on them, their history. */
public final class NodePages {
    /** Of runs and of instances in one answer; a list of nodes that are fuller shows the oldest. */
    private static final int MOST_THINGS = 1_000;

    /** Failures that are told of a quarantined node, among so many runs, of so many such nodes. */
    private static final int MOST_FAILURES = 5;

    private static final int MOST_LOOKED_AT = 20;
    private static final int MOST_QUARANTINED = 40;

    private final Reading reading;

    NodePages(Reading reading) {
        this.reading = reading;
    }

    /** All nodes that ever joined, by their numbers; those of the given states only, if any are. */
    public AtRevision<Listing<NodeLine>> list(
            List<NodeState> states, @Nullable String after, int asked) {
        int limit = Pages.rows(asked);
        Cursor cursor = Cursor.of(after);
        Condition which =
                (states.isEmpty() ? noCondition() : NODE.STATE.in(states))
                        .and(cursor == null ? noCondition() : NODE.ID.gt(cursor.id()));
        return reading.readAt(sql ->
                Listing.of(
                        nodes(sql, which, limit + 1),
                        limit,
                        node -> new Cursor(node.id().value(), null)));
    }

    /** One node. */
    public AtRevision<Optional<NodeLine>> node(NodeId id) {
        return reading.readAt(sql -> nodes(sql, NODE.ID.eq(id.value()), 1).stream().findFirst());
    }

    /** The node that has this name. */
    public AtRevision<Optional<NodeLine>> node(String name) {
        return reading.readAt(sql -> nodes(sql, NODE.NAME.eq(name), 1).stream().findFirst());
    }

    /** How many nodes are in which state; states without nodes are left out. */
    public AtRevision<Map<NodeState, Long>> totals() {
        return reading.readAt(sql -> {
            var nodes = new EnumMap<NodeState, Long>(NodeState.class);
            sql.select(NODE.STATE, count())
                    .from(NODE)
                    .groupBy(NODE.STATE)
                    .forEach(row -> nodes.put(row.value1(), row.value2().longValue()));
            return Map.copyOf(nodes);
        });
    }

    /** How many nodes are online and quarantined. */
    public AtRevision<Long> quarantined() {
        return reading.readAt(sql ->
                (long)
                        sql.fetchCount(
                                NODE,
                                NODE.STATE.eq(NodeState.ONLINE).and(NODE.QUARANTINE.isNotNull())));
    }

    /** What befell the node, the latest first. */
    public AtRevision<Listing<HistoryLine>> history(NodeId id, @Nullable String cursor, int limit) {
        return reading.readAt(
                sql -> JobPages.history(sql, Subject.NODE, id.value(), cursor, limit));
    }

    private static List<NodeLine> nodes(DSLContext sql, Condition which, int limit) {
        var rows = sql.select().from(NODE).where(which).orderBy(NODE.ID).limit(limit).fetch();
        List<Long> ids = rows.getValues(NODE.ID);
        Map<NodeId, List<RunLine>> running =
                RunLine.select(sql)
                        .where(RUN.NODE.in(ids))
                        .and(RUN.ENDED_AT.isNull())
                        .orderBy(RUN.ID)
                        .limit(MOST_THINGS)
                        .fetch(RunLine::of)
                        .stream()
                        .collect(groupingBy(line -> line.run().node()));
        Map<NodeId, List<NodeLine.Warm>> warm =
                sql
                        .select()
                        .from(INSTANCE)
                        .where(INSTANCE.NODE.in(ids))
                        .and(INSTANCE.ENDED_AT.isNull())
                        .orderBy(INSTANCE.ID)
                        .limit(MOST_THINGS)
                        .fetch(NodePages::warm)
                        .stream()
                        .collect(groupingBy(line -> line.instance().node()));
        Map<NodeId, List<RunLine>> failures =
                rows.stream()
                        .filter(row -> row.get(NODE.QUARANTINED_AT) != null)
                        .limit(MOST_QUARANTINED)
                        .collect(
                                toMap(
                                        row -> new NodeId(row.get(NODE.ID)),
                                        row -> failures(sql, row)));
        return rows.map(row -> node(row, failures, running, warm));
    }

    /** What failed on a quarantined node since it last did a task. */
    private static List<RunLine> failures(DSLContext sql, Record node) {
        return RunLine.select(sql)
                .where(RUN.NODE.eq(node.get(NODE.ID)))
                .and(RUN.ENDED_AT.le(node.get(NODE.QUARANTINED_AT)))
                .orderBy(RUN.ENDED_AT.desc(), RUN.ID.desc())
                .limit(MOST_LOOKED_AT)
                .fetch(RunLine::of)
                .stream()
                .takeWhile(run -> run.state() != RunState.DONE)
                .filter(run -> run.state() == RunState.FAILED)
                .limit(MOST_FAILURES)
                .toList();
    }

    private static NodeLine node(
            Record row,
            Map<NodeId, List<RunLine>> failures,
            Map<NodeId, List<RunLine>> running,
            Map<NodeId, List<NodeLine.Warm>> warm) {
        var id = new NodeId(row.get(NODE.ID));
        return new NodeLine(
                id,
                row.get(NODE.INCARNATION),
                row.get(NODE.STATE),
                NodeRows.facts(row),
                row.get(NODE.JOINED_AT),
                row.get(NODE.GONE_AT),
                row.get(NODE.GONE_WHY),
                row.get(NODE.QUARANTINE),
                row.get(NODE.QUARANTINED_AT),
                failures.getOrDefault(id, List.of()),
                running.getOrDefault(id, List.of()),
                warm.getOrDefault(id, List.of()));
    }

    private static NodeLine.Warm warm(Record row) {
        return new NodeLine.Warm(NodeRows.instance(row), row.get(INSTANCE.STARTED_AT));
    }
}
