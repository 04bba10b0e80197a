package org.lumenyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Band;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Farm;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Reply;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;

/** The real farm on a real store, with all that a loop does between them but its thread. */
final class Yard implements AutoCloseable {
    final Store store;
    final Map<RunId, Run> motion = new TreeMap<>();
    Farm farm;
    long revision;
    long now = 1_000_000;
    private final List<Change> uncommitted = new ArrayList<>();

    Yard(Place place) throws IOException {
        store = Store.open(place, Frames::read);
        revision = store.takeOver().revision();
        farm = Farm.load(store.load());
    }

    /** Applies a command, without a commit. */
    Reply apply(Command command) {
        if (command instanceof Command.OfJob of && !farm.knows(of.job())) {
            commit();
            store.loadJob(of.job()).ifPresent(farm::recall);
        }
        Farm.Turn turn = farm.apply(command, now++);
        follow(turn.changes());
        return turn.reply();
    }

    /** Places what is free, without a commit. */
    void place() {
        follow(farm.place(now++).changes());
    }

    private void follow(List<Change> changes) {
        uncommitted.addAll(changes);
        for (Change change : changes) {
            if (change instanceof Change.RunPlaced(Run run)) motion.put(run.id(), run);
            if (change instanceof Change.RunEnded ended) motion.remove(ended.run().id());
        }
    }

    /** What became true and is not stored yet. */
    List<Change> uncommitted() {
        return List.copyOf(uncommitted);
    }

    /** Stores what became true. */
    void commit() {
        if (uncommitted.isEmpty()) return;
        store.commit(new Batch(++revision, farm.nextId(), List.copyOf(uncommitted)));
        uncommitted.clear();
    }

    /** A command, the placing after it, and their commit. */
    Reply run(Command command) {
        Reply reply = apply(command);
        place();
        commit();
        return reply;
    }

    JobId submit(JobPlan plan) {
        return ((Reply.Submitted) run(new Command.Submit(plan))).job();
    }

    NodeId join(String name, long processors) {
        return ((Reply.Joined) run(new Command.Join(facts(name, processors), true, List.of())))
                .node();
    }

    /** Ends the oldest run in motion. */
    Run end(Outcome.Kind kind) {
        Run run = motion.values().iterator().next();
        run(new Command.Ended(run.id(), run.incarnation(), outcome(kind)));
        return run;
    }

    static Outcome outcome(Outcome.Kind kind) {
        String reason = kind.name().toLowerCase(Locale.ROOT);
        return new Outcome(
                kind, reason, "It was " + reason + ".", 5, 70_000, 900, "{\"outputs\":[]}");
    }

    static NodeFacts facts(String name, long processors) {
        return new NodeFacts(
                name,
                "machine of " + name,
                "boot 1",
                "namespace",
                Map.of(Requirements.VCPU, processors, Requirements.MEMORY, 64_000L),
                Map.of("attr.worker.os.family", Set.of("linux")),
                "{\"cpu\":\"some\"}");
    }

    static JobPlan plan(String name, long frames) {
        return plan(name, step("render", frames, null, List.of()));
    }

    static JobPlan plan(String name, JobPlan.StepPlan... steps) {
        return new JobPlan(name, "ada", Band.NORMAL, 50, false, "notes", "source", List.of(steps));
    }

    static JobPlan.StepPlan step(
            String name,
            long frames,
            @Nullable String model,
            List<Integer> dependsOn,
            String... limits) {
        var amounts = new ArrayList<Requirements.Amount>();
        amounts.add(new Requirements.Amount(Requirements.VCPU, 1, 1));
        for (String limit : limits) {
            amounts.add(new Requirements.Amount("amount.limit." + limit, 1, 1));
        }
        var requirements =
                new Requirements(
                        amounts,
                        List.of(
                                new Requirements.Attribute(
                                        "attr.worker.os.family", Set.of("linux"), Set.of())),
                        false);
        return new JobPlan.StepPlan(
                name, new Frames(frames), dependsOn, requirements, model, "payload of " + name);
    }

    void assertStoreAgrees() {
        assertThat(Farm.load(store.load()).digest()).isEqualTo(farm.digest());
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
