package org.lumenyard.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Counts;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.JobState;
import org.lumenyard.core.LimitId;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Run;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskState;
import org.lumenyard.store.rows.JsonText;
import org.lumenyard.store.schema.NodeState;
import org.lumenyard.store.schema.RunState;
import org.lumenyard.store.schema.Subject;

/**
 * Turns one batch's changes into rows. Rows are written kind by kind, many of a kind at once, and
 * of several writes of one kind to one row only the last. Where that order would differ from the
 * changes' own in what it leaves in a row, what is pending is written first.
 */
final class ChangeWriter {
    /** What a write is about: a row, by the write that creates it and its key. */
    private record Row(RowWrite table, long key, long index) {}

    private final RowWriter rows;
    private final long revision;
    private final Map<Row, RowWrite> latest = new HashMap<>();
    private int notes;

    ChangeWriter(RowWriter rows, long revision) {
        this.rows = rows;
        this.revision = revision;
    }

    /**
     * @throws StatementRefused when a row cannot be written
     */
    void write(Batch batch) throws StatementRefused {
        for (Change change : batch.changes()) write(change);
        for (AnsweredRequest request : batch.answered()) {
            rows.add(
                    RowWrite.REQUEST_ANSWERED,
                    List.of(request.principal(), request.key()),
                    request.principal(),
                    request.key(),
                    request.bodyHash(),
                    request.result(),
                    request.at());
        }
        rows.flush();
    }

    private void write(Change change) throws StatementRefused {
        switch (change) {
            case Change.JobSubmitted c -> submitted(c);
            case Change.JobHeld c ->
                    job(
                            RowWrite.JOB_HELD,
                            c.job().value(),
                            c.held(),
                            c.why().isEmpty() ? null : c.why());
            case Change.JobCancelled c -> job(RowWrite.JOB_CANCELLED, c.job().value(), true);
            case Change.JobRanked c ->
                    job(RowWrite.JOB_RANKED, c.job().value(), c.band().name(), c.priority());
            case Change.JobEdited c ->
                    job(RowWrite.JOB_EDITED, c.job().value(), c.name(), c.notes());
            case Change.JobDeleted c -> job(RowWrite.JOB_DELETED, c.job().value(), c.at());
            case Change.JobArchived c -> archived(c);
            case Change.JobLogsDropped c -> job(RowWrite.JOB_LOGS_DROPPED, c.job().value(), c.at());
            case Change.JobProgressed c -> progressed(c);
            case Change.StepProgressed c -> progressed(c);
            case Change.StepMeasured c ->
                    step(
                            RowWrite.STEP_MEASURED,
                            c.step(),
                            c.peakMebibytes(),
                            c.loadMillis(),
                            c.runMillis());
            case Change.StepGrew c -> step(RowWrite.STEP_GREW, c.step(), c.leastMebibytes());
            case Change.StepSetBack c ->
                    step(RowWrite.STEP_SET_BACK, c.step(), JsonText.of(c.setbacks()));
            case Change.StepRaised c -> {
                step(RowWrite.STEP_RAISED, c.step(), c.round());
                withoutSetbacks(c.step());
            }
            case Change.StepForgiven c -> {
                step(RowWrite.STEP_FORGIVEN, c.step(), c.upTo().value());
                withoutSetbacks(c.step());
            }
            case Change.TaskForgiven c ->
                    settled(c.step(), c.index(), TaskState.WAITING, 0, 0, null, 0);
            case Change.NodeJoined c -> joined(c);
            case Change.NodeUpdated c -> updated(c);
            case Change.NodeGone c -> {
                NodeState state = c.lost() ? NodeState.LOST : NodeState.OFFLINE;
                node(RowWrite.NODE_GONE, c.node(), state.name(), c.at(), c.why());
            }
            case Change.NodeDoubted c ->
                    node(RowWrite.NODE_DOUBTED, c.node(), JsonText.of(c.doubts()));
            case Change.NodeQuarantined c ->
                    node(RowWrite.NODE_QUARANTINED, c.node(), c.why(), c.at(), null);
            case Change.NodeTrusted c ->
                    node(RowWrite.NODE_QUARANTINED, c.node(), null, null, null);
            case Change.InstanceStarted c -> started(c);
            case Change.InstanceEnded c -> {
                long id = c.instance().value();
                put(RowWrite.INSTANCE_ENDED, new Row(RowWrite.INSTANCE_STARTED, id, 0), c.at(), id);
            }
            case Change.RunPlaced c -> placed(c.run());
            case Change.RunStarted c -> run(RowWrite.RUN_STARTED, c.run().value(), c.at());
            case Change.RunCancelling c ->
                    run(RowWrite.RUN_CANCELLING, c.run().value(), RunState.CANCELLING.name());
            case Change.RunAdopted c -> run(RowWrite.RUN_ADOPTED, c.run().value(), c.incarnation());
            case Change.RunEnded c -> ended(c);
            case Change.LimitSet c ->
                    put(
                            RowWrite.LIMIT_SET,
                            limit(c.limit()),
                            c.limit().value(),
                            c.name(),
                            c.count(),
                            c.note(),
                            c.at());
            case Change.LimitDeleted c ->
                    put(RowWrite.LIMIT_DELETED, limit(c.limit()), c.limit().value());
            case Change.LimitNoted c ->
                    noted(Subject.LIMIT, c.limit().value(), c.who(), c.what(), c.at());
            case Change.JobNoted c ->
                    noted(Subject.JOB, c.job().value(), c.who(), c.what(), c.at());
            case Change.NodeNoted c -> noted(Subject.NODE, c.node().value(), "", c.what(), c.at());
        }
    }

    private void submitted(Change.JobSubmitted submitted) {
        JobPlan plan = submitted.plan();
        long job = submitted.job().value();
        long size = plan.steps().stream().mapToLong(step -> step.space().size()).sum();
        rows.add(
                RowWrite.JOB_SUBMITTED,
                new Row(RowWrite.JOB_SUBMITTED, job, 0),
                job,
                plan.name(),
                plan.user(),
                plan.band().name(),
                plan.priority(),
                (plan.held() ? JobState.HELD : JobState.WAITING).name(),
                plan.held(),
                false,
                plan.notes(),
                plan.source(),
                submitted.at(),
                size,
                0L,
                0L,
                0L);
        for (int ordinal = 0; ordinal < plan.steps().size(); ordinal++) {
            submitted(job, submitted.steps().get(ordinal), ordinal, plan.steps().get(ordinal));
        }
    }

    private void submitted(long job, StepId step, int ordinal, JobPlan.StepPlan plan) {
        rows.add(
                RowWrite.STEP_SUBMITTED,
                new Row(RowWrite.STEP_SUBMITTED, step.value(), 0),
                step.value(),
                job,
                ordinal,
                plan.name(),
                plan.space().frozen(),
                plan.space().size(),
                JsonText.of(plan.dependsOn()),
                JsonText.of(plan.requirements()),
                plan.model(),
                plan.payload(),
                1,
                plan.space().size(),
                0L,
                0L,
                0L,
                0L,
                0L,
                0L);
    }

    /** The first moment at which something ran must outlive a later change of the same batch. */
    private void progressed(Change.JobProgressed progressed) {
        Row row = new Row(RowWrite.JOB_SUBMITTED, progressed.job().value(), 0);
        Counts counts = progressed.counts();
        @Nullable Object[] pending = rows.pending(RowWrite.JOB_PROGRESSED, row);
        @Nullable Object started = pending == null ? null : pending[5];
        if (started == null && counts.running() > 0) started = progressed.at();
        rows.add(
                RowWrite.JOB_PROGRESSED,
                row,
                progressed.state().name(),
                counts.waiting(),
                counts.running(),
                counts.done(),
                counts.failed(),
                started,
                progressed.state().isFinished() ? (Object) progressed.at() : null,
                progressed.job().value());
    }

    /** Where somebody else was first it changes nothing, so each of them is written. */
    private void archived(Change.JobArchived archived) {
        long job = archived.job().value();
        rows.add(
                RowWrite.JOB_ARCHIVED,
                new Row(RowWrite.JOB_SUBMITTED, job, archived.from().ordinal()),
                archived.to().name(),
                job,
                archived.from().name());
    }

    private void progressed(Change.StepProgressed progressed) {
        Counts counts = progressed.counts();
        step(
                RowWrite.STEP_PROGRESSED,
                progressed.step(),
                counts.waiting(),
                counts.running(),
                counts.done(),
                counts.failed());
    }

    private void joined(Change.NodeJoined joined) throws StatementRefused {
        NodeFacts facts = joined.facts();
        put(
                RowWrite.NODE_JOINED,
                new Row(RowWrite.NODE_JOINED, joined.node().value(), 0),
                joined.node().value(),
                facts.name(),
                joined.incarnation(),
                NodeState.ONLINE.name(),
                facts.machine(),
                facts.boot(),
                facts.pidNamespace(),
                JsonText.of(facts.amounts()),
                JsonText.of(facts.attributes()),
                facts.details(),
                joined.at());
    }

    private void updated(Change.NodeUpdated updated) throws StatementRefused {
        NodeFacts facts = updated.facts();
        node(
                RowWrite.NODE_UPDATED,
                updated.node(),
                facts.name(),
                facts.machine(),
                facts.boot(),
                facts.pidNamespace(),
                JsonText.of(facts.amounts()),
                JsonText.of(facts.attributes()),
                facts.details());
    }

    private void started(Change.InstanceStarted started) throws StatementRefused {
        var instance = started.instance();
        put(
                RowWrite.INSTANCE_STARTED,
                new Row(RowWrite.INSTANCE_STARTED, instance.id().value(), 0),
                instance.id().value(),
                instance.node().value(),
                instance.incarnation(),
                instance.model(),
                JsonText.of(instance.amounts()),
                started.at());
    }

    private void placed(Run run) throws StatementRefused {
        Row task = task(run.step(), run.index());
        flushBefore(RowWrite.TASK_SETTLED, task);
        put(
                RowWrite.RUN_PLACED,
                new Row(RowWrite.RUN_PLACED, run.id().value(), 0),
                run.id().value(),
                run.job().value(),
                run.step().value(),
                run.index(),
                run.label(),
                run.round(),
                run.node().value(),
                run.incarnation(),
                run.instance() == null ? null : (Object) run.instance().value(),
                run.opensItsSlot() ? null : (Object) run.slot().value(),
                JsonText.of(run.amounts()),
                RunState.ASSIGNED.name(),
                run.placedAt(),
                run.step().value(),
                run.index());
        put(
                RowWrite.TASK_PLACED,
                task,
                run.step().value(),
                run.index(),
                TaskState.RUNNING.name(),
                run.round(),
                0,
                0,
                0L,
                run.id().value(),
                run.label());
    }

    private void ended(Change.RunEnded ended) throws StatementRefused {
        Run run = ended.run();
        Outcome outcome = ended.outcome();
        run(
                RowWrite.RUN_ENDED,
                run.id().value(),
                stateAfter(outcome.kind()).name(),
                ended.at(),
                outcome.reason(),
                outcome.sentence(),
                outcome.loadMillis(),
                outcome.runMillis(),
                outcome.peakMebibytes(),
                outcome.details());
        if (ended.task() != null) {
            boolean past = ended.failures() > 0 || ended.losses() > 0;
            settled(
                    run.step(),
                    run.index(),
                    ended.task(),
                    ended.failures(),
                    ended.losses(),
                    past ? run.node() : null,
                    past ? ended.notBefore() : 0);
        }
        long job = run.job().value();
        switch (outcome.kind()) {
            case DONE -> job(RowWrite.JOB_DID, job, run.id().value());
            case FAILED -> job(RowWrite.JOB_FAILED, job, run.id().value());
            case INTERRUPTED, LOST -> {}
        }
    }

    private static RunState stateAfter(Outcome.Kind kind) {
        return switch (kind) {
            case DONE -> RunState.DONE;
            case FAILED -> RunState.FAILED;
            case INTERRUPTED -> RunState.INTERRUPTED;
            case LOST -> RunState.LOST;
        };
    }

    private void settled(
            StepId step,
            long index,
            TaskState state,
            int failures,
            int losses,
            @Nullable NodeId avoid,
            long notBefore)
            throws StatementRefused {
        put(
                RowWrite.TASK_SETTLED,
                task(step, index),
                state.name(),
                failures,
                losses,
                avoid == null ? null : (Object) avoid.value(),
                notBefore,
                step.value(),
                index);
    }

    private void noted(Subject subject, long id, String who, String what, long at) {
        int line = notes++;
        rows.add(RowWrite.NOTED, line, subject.name(), id, revision, line, who, what, at);
    }

    /**
     * Of a job's row, as of a step's, each kind of write has columns of its own, and the one that
     * makes the row comes first: so it matters not in which order they are written, and a batch
     * that ends many tasks of one step writes that step's row once.
     */
    private void job(RowWrite write, long id, @Nullable Object... values) {
        Row row = new Row(RowWrite.JOB_SUBMITTED, id, 0);
        rows.add(write, row, keyed(row, values));
    }

    private void step(RowWrite write, StepId id, @Nullable Object... values) {
        Row row = new Row(RowWrite.STEP_SUBMITTED, id.value(), 0);
        rows.add(write, row, keyed(row, values));
    }

    /** What had happened to the step counts no more. */
    private void withoutSetbacks(StepId id) {
        step(RowWrite.STEP_SET_BACK, id, (Object) null);
    }

    private void node(RowWrite write, NodeId id, @Nullable Object... values)
            throws StatementRefused {
        Row row = new Row(RowWrite.NODE_JOINED, id.value(), 0);
        put(write, row, keyed(row, values));
    }

    private void run(RowWrite write, long id, @Nullable Object... values) throws StatementRefused {
        Row row = new Row(RowWrite.RUN_PLACED, id, 0);
        put(write, row, keyed(row, values));
    }

    private static Row limit(LimitId id) {
        return new Row(RowWrite.LIMIT_SET, id.value(), 0);
    }

    private static Row task(StepId step, long index) {
        return new Row(RowWrite.TASK_PLACED, step.value(), index);
    }

    /** The values with the row's key after them. */
    private static @Nullable Object[] keyed(Row row, @Nullable Object... values) {
        @Nullable Object[] bound = Arrays.copyOf(values, values.length + 1);
        bound[values.length] = row.key();
        return bound;
    }

    private void put(RowWrite write, Row row, @Nullable Object... values) throws StatementRefused {
        flushBefore(write, row);
        latest.merge(row, write, (a, b) -> a.compareTo(b) > 0 ? a : b);
        rows.add(write, row, values);
    }

    private void flushBefore(RowWrite write, Row row) throws StatementRefused {
        RowWrite pending = latest.get(row);
        if (pending != null && pending.compareTo(write) > 0) {
            rows.flush();
            latest.clear();
        }
    }
}
