package org.lumenyard.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a farm what happens and remembers what came out. After each sentence a farm loaded from the
 * rows that the changes made must be equal to the one that lives, and find nothing to begin that it
 * has not begun.
 */
final class Story {
    static final long MINUTE = 60_000;

    Farm farm = Farm.load(FarmImage.empty());
    final Rows rows = new Rows();
    long now = 1_000_000;
    private final Map<String, JobId> jobs = new HashMap<>();
    private final Map<String, List<StepId>> steps = new HashMap<>();
    private final Map<String, Reply.Joined> nodes = new HashMap<>();
    private final Map<String, NodeFacts> facts = new HashMap<>();
    private final List<Effect> effects = new ArrayList<>();
    private @Nullable Reply reply;

    Story() {
        farm.apply(new Command.Wake(), now);
    }

    Story submit(String name, long frames) {
        return submit(plan(name, step("render", frames)));
    }

    Story submit(JobPlan plan) {
        ask(new Command.Submit(plan));
        var job = ((Reply.Submitted) reply()).job();
        jobs.put(plan.name(), job);
        var ids = new ArrayList<StepId>();
        for (int i = 0; i < plan.steps().size(); i++) ids.add(new StepId(job.value() + 1 + i));
        steps.put(plan.name(), ids);
        return this;
    }

    static JobPlan plan(String name, JobPlan.StepPlan... steps) {
        return new JobPlan(name, "ana", Band.NORMAL, 50, false, "", "", List.of(steps));
    }

    static JobPlan plan(String name, Band band, int priority, long frames) {
        return new JobPlan(
                name, "ana", band, priority, false, "", "", List.of(step("render", frames)));
    }

    static JobPlan.StepPlan step(String name, long frames, Integer... after) {
        return new JobPlan.StepPlan(name, new Frames(frames), List.of(after), cores(1), null, "{}");
    }

    static JobPlan.StepPlan warmStep(String model, long frames) {
        return new JobPlan.StepPlan("render", new Frames(frames), List.of(), cores(1), model, "{}");
    }

    static Requirements cores(long cores) {
        return new Requirements(
                List.of(new Requirements.Amount(Requirements.VCPU, cores, cores)),
                List.of(),
                false);
    }

    /** Frames 1 to {@code size}. */
    record Frames(long size) implements TaskSpace {
        @Override
        public String label(long index) {
            return "" + (index + 1);
        }

        @Override
        public String frozen() {
            return "" + size;
        }
    }

    Story join(String node, long cores) {
        return join(facts(node, cores, "boot-1"));
    }

    static NodeFacts facts(String node, long cores, String boot) {
        return new NodeFacts(
                node,
                "machine-" + node,
                boot,
                "pids",
                Map.of(Requirements.VCPU, cores, Requirements.MEMORY, 8_000L),
                Map.of("attr.worker.os.family", Set.of("linux")),
                "{}");
    }

    Story join(NodeFacts node, Run... spooled) {
        ask(new Command.Join(node, true, java.util.Arrays.stream(spooled).map(Run::id).toList()));
        if (reply() instanceof Reply.Joined joined) nodes.put(node.name(), joined);
        facts.put(node.name(), node);
        return this;
    }

    Reply.Joined node(String name) {
        return java.util.Objects.requireNonNull(nodes.get(name), name);
    }

    JobId job(String name) {
        return java.util.Objects.requireNonNull(jobs.get(name), name);
    }

    StepId step(String job, int ordinal) {
        return java.util.Objects.requireNonNull(steps.get(job)).get(ordinal);
    }

    Story lose(String node) {
        return ask(
                new Command.Lose(node(node).node(), node(node).incarnation(), "its lease ran out"));
    }

    Story starts(Run run) {
        return ask(new Command.Started(run.id(), run.incarnation()));
    }

    Story done(Run run) {
        return end(run, Outcome.Kind.DONE);
    }

    Story fail(Run run) {
        return end(run, Outcome.Kind.FAILED);
    }

    Story end(Run run, Outcome.Kind kind) {
        return end(run, kind, MINUTE);
    }

    Story end(Run run, Outcome.Kind kind, long millis) {
        return end(run, new Outcome(kind, kind.name(), "", 0, millis, 0, "{}"));
    }

    Story end(Run run, Outcome outcome) {
        return ask(new Command.Ended(run.id(), run.incarnation(), outcome));
    }

    Story later(long millis) {
        now += millis;
        return ask(new Command.Wake());
    }

    Story ask(Command command) {
        if (command instanceof Command.OfJob c && !farm.knows(c.job()))
            farm.recall(rows.image(c.job()));
        Farm.Turn turn = farm.apply(command, now);
        reply = turn.reply();
        take(turn);
        take(farm.place(now));
        Farm loaded = Farm.load(rows.image(farm.nextId()));
        assertThat(loaded.digest()).as("after %s", command).isEqualTo(farm.digest());
        assertThat(loaded.place(now).changes())
                .as("what is overlooked after %s", command)
                .noneMatch(c -> c instanceof Change.RunPlaced p && p.run().opensItsSlot());
        assertThat(farm.view().jobs())
                .as("views after %s", command)
                .isEqualTo(farm.jobs().stream().map(FarmView.JobView::of).toList());
        return this;
    }

    private void take(Farm.Turn turn) {
        rows.write(turn.changes());
        effects.addAll(turn.effects());
    }

    /** The server dies and begins again from its rows. */
    Story restart() {
        farm = Farm.load(rows.image(farm.nextId()));
        effects.clear();
        take(farm.apply(new Command.Wake(), now));
        take(farm.place(now));
        return this;
    }

    Reply reply() {
        return java.util.Objects.requireNonNull(reply);
    }

    Story isRefused(Reply.Reason reason) {
        assertThat(reply())
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
        return this;
    }

    Story isDone() {
        assertThat(reply()).isEqualTo(new Reply.Done());
        return this;
    }

    Story stands(String job, JobState state) {
        assertThat(rows.state(job(job))).isEqualTo(state);
        return this;
    }

    Story counts(String job, Counts expected) {
        assertThat(rows.counts(job(job))).isEqualTo(expected);
        return this;
    }

    /** What was started since the last look, as "job frame on node". */
    List<Run> started(String... expected) {
        var runs =
                effects.stream()
                        .filter(Effect.Start.class::isInstance)
                        .map(e -> ((Effect.Start) e).run())
                        .toList();
        var seen =
                runs.stream()
                        .map(run ->
                                "%s %s on %s"
                                        .formatted(
                                                nameOf(run.job()), run.label(), nameOf(run.node())))
                        .toList();
        assertThat(seen).containsExactly(expected);
        effects.clear();
        return runs;
    }

    /** What was started since the last look. */
    List<Run> startedNow() {
        var runs =
                effects.stream()
                        .filter(Effect.Start.class::isInstance)
                        .map(e -> ((Effect.Start) e).run())
                        .toList();
        effects.clear();
        return runs;
    }

    /** The last run that was started since the last look. */
    Run newest() {
        return startedNow().getLast();
    }

    /** The same of those on this node. */
    Run newestOn(String node) {
        var runs =
                startedNow().stream().filter(run -> run.node().equals(node(node).node())).toList();
        return runs.getLast();
    }

    /** Other effects than starts since the last look. */
    List<Effect> orders() {
        var orders = effects.stream().filter(e -> !(e instanceof Effect.Start)).toList();
        effects.clear();
        return orders;
    }

    private String nameOf(JobId id) {
        return jobs.entrySet().stream()
                .filter(e -> e.getValue().equals(id))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private String nameOf(NodeId id) {
        return nodes.entrySet().stream()
                .filter(e -> e.getValue().node().equals(id))
                .findFirst()
                .map(Map.Entry::getKey)
                .orElse("?");
    }
}
