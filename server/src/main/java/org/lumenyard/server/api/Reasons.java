package org.lumenyard.server.api;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.FarmView;
import org.lumenyard.core.FarmView.LimitView;
import org.lumenyard.core.FarmView.NodeView;
import org.lumenyard.core.JobState;
import org.lumenyard.core.Requirements;
import org.lumenyard.server.api.Shapes.Explanation;
import org.lumenyard.server.api.Shapes.Reason;
import org.lumenyard.store.pages.JobLine;
import org.lumenyard.store.pages.JobPage;
import org.lumenyard.store.pages.JobPage.StepLine;
import org.lumenyard.store.pages.LimitLine;

/**
 * Why things are as they are, in words and with counts: worked out from rows and from the loop's
 * latest view, away from its thread.
 */
final class Reasons {
    private final FarmView view;
    private final List<NodeView> online;

    /** Many jobs of a list need the same, and there may be many nodes. */
    private final Map<Requirements, Ability> abilities = new ConcurrentHashMap<>();

    /** The nodes that could do something, and how much of it fits just now. */
    private record Ability(List<NodeView> able, long fits) {}

    Reasons(FarmView view) {
        this.view = view;
        this.online = view.nodes().stream().filter(NodeView::online).toList();
    }

    boolean isOf(FarmView other) {
        return view == other;
    }

    private Ability ability(Requirements needs) {
        return abilities.computeIfAbsent(needs, this::lookForAbility);
    }

    private Ability lookForAbility(Requirements needs) {
        List<NodeView> able = trusted(online, needs);
        return new Ability(able, able.stream().mapToLong(node -> node.fits(needs)).sum());
    }

    // Jobs

    Explanation ofJob(JobPage page) {
        var reasons = new ArrayList<Reason>();
        for (StepLine step : page.steps()) {
            reasons.addAll(ofStep(page, step));
        }
        JobLine.Failure failure = page.job().lastFailure();
        if (failure != null && page.job().counts().failed() > 0) {
            reasons.add(
                    new Reason(
                            "failed",
                            "Last failure, " + failure.label() + ": " + said(failure),
                            "Retry the failed tasks once the cause is gone.",
                            null));
        }
        return new Explanation(sentence(page), reasons);
    }

    private List<Reason> ofStep(JobPage page, StepLine step) {
        var reasons = new ArrayList<Reason>();
        String state = stepState(page, step);
        var counts = step.counts();
        if (counts.running() > 0) {
            reasons.add(
                    new Reason(
                            "running",
                            step.name() + " is running.",
                            null,
                            tasks(counts.running())));
        }
        switch (state) {
            case "done" ->
                    reasons.add(
                            new Reason(
                                    "done", step.name() + " is done.", null, tasks(counts.done())));
            case "held" ->
                    reasons.add(
                            new Reason(
                                    "held",
                                    page.job().heldWhy() == null
                                            ? step.name() + " is held."
                                            : heldByFarm(page.job()),
                                    page.job().heldWhy() == null
                                            ? "Release the job to go on."
                                            : "Mend the cause, then release the job.",
                                    tasks(counts.waiting())));
            case "cancelled" ->
                    reasons.add(
                            new Reason(
                                    "done",
                                    step.name() + " was cancelled.",
                                    null,
                                    tasks(counts.waiting())));
            case "blocked" ->
                    reasons.add(
                            new Reason(
                                    "blocked",
                                    step.name()
                                            + " waits for "
                                            + names(page, unfinished(page, step))
                                            + ".",
                                    null,
                                    tasks(counts.waiting())));
            default -> {
                if (counts.failed() > 0) {
                    reasons.add(
                            new Reason(
                                    "failed",
                                    step.name() + " has failed tasks.",
                                    "They are not tried again by themselves.",
                                    tasks(counts.failed())));
                }
                if (counts.waiting() > 0) {
                    reasons.add(waiting(page, step));
                }
            }
        }
        return reasons;
    }

    /** What the step's tasks need, as far as it is known by now. */
    static Requirements needs(StepLine step) {
        return step.requirements().learned(step.peakMebibytes(), step.leastMebibytes());
    }

    /** Nodes online that could do such a task; quarantined ones only where no other could. */
    List<NodeView> able(StepLine step) {
        return ability(needs(step)).able();
    }

    /** What of other jobs goes before this one; empty when nothing does. */
    Optional<Reason> order(JobLine job) {
        return view.before(job.id())
                .filter(before -> before.jobs() > 0)
                .map(before ->
                        new Reason(
                                "waiting",
                                (before.jobs() == 1
                                                ? "1 job goes before its job, with "
                                                : grouped(before.jobs())
                                                        + " jobs go before its job, with ")
                                        + tasks(before.tasks())
                                        + ".",
                                null,
                                null));
    }

    /** What keeps some nodes from such tasks, with how many it keeps. */
    List<Reason> lacks(StepLine step) {
        Requirements needs = needs(step);
        var lacks = new ArrayList<Reason>();
        for (Requirements.Attribute attribute : needs.attributes()) {
            lack(node -> met(attribute, node.attributes()), wanted(attribute).replace(" yet", ""))
                    .ifPresent(lacks::add);
        }
        for (Requirements.Amount amount : needs.amounts()) {
            if (!Requirements.isOfLimit(amount.name())) {
                lack(
                                node ->
                                        node.amounts().getOrDefault(amount.name(), 0L)
                                                >= amount.least(),
                                amount.least() + " " + word(amount.name()))
                        .ifPresent(lacks::add);
            }
        }
        lack(node -> node.quarantine() == null || able(step).contains(node), null)
                .ifPresent(lacks::add);
        return lacks;
    }

    /**
     * @param what they lack; null for trust
     */
    private Optional<Reason> lack(Predicate<NodeView> has, @Nullable String what) {
        long without = online.stream().filter(has.negate()).count();
        if (without == 0) {
            return Optional.empty();
        }
        String some = without + " of " + online.size() + " nodes ";
        String text =
                what == null
                        ? some + (without == 1 ? "is" : "are") + " quarantined."
                        : some + (without == 1 ? "lacks " : "lack ") + what + ".";
        return Optional.of(new Reason("waiting", text, null, null));
    }

    Reason waiting(JobPage page, StepLine step) {
        Requirements needs = needs(step);
        String count = tasks(step.counts().waiting());
        if (online.isEmpty()) {
            return new Reason(
                    "waiting", "No node is online.", "Start an agent: lumenyard agent.", count);
        }
        if (step.setbacks().restsUntil() > 0) {
            return resting(step, count);
        }
        Ability ability = ability(needs);
        List<NodeView> able = ability.able();
        if (able.isEmpty()) {
            return new Reason("waiting", lacking(step.name(), needs, online), null, count);
        }
        String unable = unable(online, able);
        Optional<Reason> seats = lackingSeats(needs, count);
        if (seats.isPresent()) {
            return seats.get();
        }
        if (ability.fits() == 0) {
            return new Reason(
                    "waiting",
                    able.size() == 1
                            ? able.getFirst().name() + ", the only node that can, is busy."
                            : "All " + able.size() + " nodes that can are busy.",
                    ahead(page) + unable,
                    count);
        }
        if (needs.measured() && step.peakMebibytes() == 0 && step.counts().running() > 0) {
            return new Reason(
                    "waiting",
                    "A node runs one task until its memory is known.",
                    "The first result tells.",
                    count);
        }
        return new Reason("waiting", "About to be placed.", null, count);
    }

    private static Reason resting(StepLine step, String count) {
        int times = step.setbacks().refusals();
        String until = Times.text(step.setbacks().restsUntil());
        return new Reason(
                "waiting",
                "No licence was to be had" + (times == 1 ? "." : ", " + times + " times in a row."),
                "It is tried again at " + until + "; this costs no attempt.",
                count);
    }

    /** Nodes that could do such a task; quarantined ones only where no other could. */
    private static List<NodeView> trusted(List<NodeView> online, Requirements needs) {
        var able =
                online.stream()
                        .filter(node -> needs.canEverRunOn(node.amounts(), node.attributes()))
                        .toList();
        var trusted = able.stream().filter(node -> node.quarantine() == null).toList();
        return trusted.isEmpty() ? able : trusted;
    }

    private static String unable(List<NodeView> online, List<NodeView> able) {
        long quarantined =
                online.stream()
                        .filter(node -> node.quarantine() != null && !able.contains(node))
                        .count();
        long unable = online.size() - able.size() - quarantined;
        return (unable == 0 ? "" : " " + unable + " of " + online.size() + " nodes cannot do it.")
                + (quarantined == 0 ? "" : " " + quarantined + " quarantined.");
    }

    private String ahead(JobPage page) {
        long other =
                view.demands().stream()
                        .filter(d -> !d.first().equals(page.job().id()))
                        .mapToLong(FarmView.Demand::tasks)
                        .sum();
        return other == 0
                ? "It goes on as soon as one is free."
                : tasks(other) + " of other jobs wait too.";
    }

    /** What the nodes lack, the commonest lack first. */
    private static String lacking(String step, Requirements needs, List<NodeView> online) {
        for (Requirements.Attribute attribute : needs.attributes()) {
            long with = online.stream().filter(node -> met(attribute, node.attributes())).count();
            if (with == 0) {
                String arriving = isArriving(attribute, online) ? ", installing" : "";
                return "No node has " + wanted(attribute) + arriving + ".";
            }
        }
        for (Requirements.Amount amount : needs.amounts()) {
            if (Requirements.isOfLimit(amount.name())) {
                continue;
            }
            long with =
                    online.stream()
                            .filter(node ->
                                    node.amounts().getOrDefault(amount.name(), 0L)
                                            >= amount.least())
                            .count();
            if (with == 0) {
                return "No node has " + amount.least() + " " + word(amount.name()) + ".";
            }
        }
        return "No node meets all requirements of " + step + " at once.";
    }

    /** Whether a node is just getting the program that is wanted. */
    private static boolean isArriving(Requirements.Attribute attribute, List<NodeView> online) {
        Set<String> wanted =
                attribute.name().equals("attr.blender.version")
                        ? Set.of("blender")
                        : Set.copyOf(values(attribute));
        return online.stream()
                .flatMap(node ->
                        node
                                .attributes()
                                .getOrDefault("attr.software.installing", Set.of())
                                .stream())
                .anyMatch(wanted::contains);
    }

    private static List<String> values(Requirements.Attribute attribute) {
        return Stream.concat(attribute.allOf().stream(), attribute.anyOf().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean met(Requirements.Attribute attribute, Map<String, Set<String>> offered) {
        return new Requirements(List.of(), List.of(attribute), false)
                .canEverRunOn(Map.of(), offered);
    }

    private static String wanted(Requirements.Attribute attribute) {
        List<String> values = values(attribute);
        if (attribute.name().equals("attr.blender.version")) {
            // What is wanted is a list of all versions from the scene's own on.
            return "Blender yet"
                    + (values.isEmpty() ? "" : " (" + values.getFirst() + " or newer)");
        }
        if (attribute.name().equals("attr.software")) {
            return values.stream()
                            .map(Reasons::program)
                            .distinct()
                            .limit(4)
                            .collect(Collectors.joining(" or "))
                    + " yet";
        }
        return word(attribute.name())
                + " "
                + values.stream().limit(4).collect(Collectors.joining(" or "));
    }

    /** A program as people call it; an engine that is known by its program goes by that. */
    private static String program(String software) {
        return switch (software) {
            case "blender" -> "Blender";
            case "encode" -> "ffmpeg";
            default -> software;
        };
    }

    /** An OpenJD capability in plain words. */
    private static String word(String capability) {
        return switch (capability) {
            case Requirements.VCPU -> "processors";
            case Requirements.MEMORY -> "MiB of memory";
            default -> capability.replaceFirst("^(amount|attr)\\.(worker\\.)?", "");
        };
    }

    /** One sentence for a list; empty when there is nothing to say. */
    String inList(JobLine job, @Nullable JobPage page) {
        return switch (job.state()) {
            case FAILED -> job.lastFailure() == null ? "" : said(job.lastFailure());
            case HELD ->
                    job.heldWhy() != null
                            ? heldByFarm(job)
                            : job.counts().running() > 0
                                    ? "Held; what runs is let finish."
                                    : "Held.";
            case CANCELLING -> "Waits for its processes to end.";
            case WAITING, RUNNING -> page == null ? "" : whyNotFaster(page);
            case DONE, CANCELLED -> "";
        };
    }

    private String whyNotFaster(JobPage page) {
        JobLine job = page.job();
        if (job.counts().failed() > 0 && job.lastFailure() != null) {
            return tasks(job.counts().failed()) + " failed: " + said(job.lastFailure());
        }
        if (job.state() == JobState.RUNNING) {
            return "";
        }
        return page.steps().stream()
                .filter(step ->
                        step.counts().waiting() > 0 && !stepState(page, step).equals("blocked"))
                .findFirst()
                .map(step -> waiting(page, step).text())
                .orElse("");
    }

    static String heldByFarm(JobLine job) {
        return "Held by the farm: " + job.heldWhy() + ".";
    }

    static boolean needsPerson(JobLine job) {
        return job.state() == JobState.FAILED
                || (job.heldWhy() != null && !job.state().isFinished())
                || (job.counts().failed() > 0 && !job.state().isFinished());
    }

    private static String said(JobLine.Failure failure) {
        return failure.sentence().isEmpty() ? failure.reason() : failure.sentence();
    }

    /** The whole job at a glance; it heads the page, so it ends without a full stop. */
    static String sentence(JobPage page) {
        JobLine job = page.job();
        var counts = job.counts();
        if (counts.total() == 1) {
            return sentenceOfOne(job.state());
        }
        String done = grouped(counts.done()) + " of " + tasks(counts.total());
        String failed = failing(counts.failed());
        return switch (job.state()) {
            case DONE -> "All " + tasks(counts.total()) + " done";
            case FAILED -> done + " done" + failed;
            case CANCELLED -> "Cancelled after " + done;
            case CANCELLING -> "Being cancelled; " + grouped(counts.running()) + " still to end";
            case HELD ->
                    (job.heldWhy() == null ? "Held; " : "Held by the farm; ")
                            + done
                            + " done"
                            + failed;
            case RUNNING -> done + " done, " + grouped(counts.running()) + " running" + failed;
            case WAITING -> "Waits; " + done + " done" + failed;
        };
    }

    private static String sentenceOfOne(JobState state) {
        return switch (state) {
            case DONE -> "The only task is done";
            case FAILED -> "The only task failed";
            case CANCELLED -> "Cancelled";
            case CANCELLING -> "Being cancelled; its only task is still to end";
            case HELD -> "Held";
            case RUNNING -> "The only task is running";
            case WAITING -> "The only task waits";
        };
    }

    private static String failing(long failed) {
        return failed == 0 ? "" : ", " + grouped(failed) + " failed";
    }

    static String tasks(long count) {
        return count == 1 ? "1 task" : grouped(count) + " tasks";
    }

    /** Groups of three digits, kept together by narrow spaces that no line breaks at. */
    static String grouped(long count) {
        if (count < 1_000) {
            return Long.toString(count);
        }
        return String.format(Locale.ROOT, "%,d", count).replace(',', '\u202f');
    }

    static List<StepLine> unfinished(JobPage page, StepLine step) {
        return page.steps().stream()
                .filter(other -> step.dependsOn().contains(other.ordinal()))
                .filter(other -> other.counts().done() < other.size())
                .toList();
    }

    private static String names(JobPage page, List<StepLine> steps) {
        return steps.isEmpty()
                ? page.job().name()
                : steps.stream().map(StepLine::name).collect(Collectors.joining(", "));
    }

    /** A step in one word, of those that its tasks can be in. */
    static String stepState(JobPage page, StepLine step) {
        var counts = step.counts();
        if (counts.done() == step.size()) {
            return "done";
        }
        if (page.job().cancelled()) {
            return "cancelled";
        }
        if (!unfinished(page, step).isEmpty()) {
            return "blocked";
        }
        if (counts.running() > 0) {
            return "running";
        }
        if (page.job().held()) {
            return "held";
        }
        return counts.waiting() == 0 ? "failed" : "waiting";
    }

    /** A waiting task in one word: it may be that its step or job lets it wait. */
    static String taskState(String state, String ofStep) {
        return state.equals("waiting") && Set.of("blocked", "held", "cancelled").contains(ofStep)
                ? ofStep
                : state;
    }

    // Nodes

    /** Why a node has room; empty when it has none. */
    String whyRoom(NodeView node) {
        if (!node.online()) {
            return "";
        }
        if (node.quarantine() != null) {
            return quarantined(node);
        }
        boolean full =
                view.demands().stream()
                        .anyMatch(d ->
                                d.requirements().canEverRunOn(node.amounts(), node.attributes())
                                        && node.fits(d.requirements()) == 0);
        if (full && node.runs() > 0) {
            return "";
        }
        if (view.demands().stream().allMatch(d -> d.tasks() == 0)) {
            return node.runs() == 0 ? "Nothing waits for a node." : "Nothing else waits.";
        }
        var able =
                view.demands().stream()
                        .filter(d ->
                                d.tasks() > 0
                                        && d.requirements()
                                                .canEverRunOn(node.amounts(), node.attributes()))
                        .toList();
        if (able.isEmpty()) {
            return "What waits needs something that this node lacks.";
        }
        var lacking =
                able.stream().map(d -> lackingSeats(d.requirements(), tasks(d.tasks()))).toList();
        return lacking.stream().allMatch(Optional::isPresent)
                ? lacking.getFirst().orElseThrow().text()
                : "About to be given work.";
    }

    Explanation ofNode(NodeView node) {
        var reasons = new ArrayList<Reason>();
        if (!node.online()) {
            return new Explanation(node.name() + " is not online.", reasons);
        }
        if (node.quarantine() != null) {
            reasons.add(
                    new Reason(
                            "held",
                            "It is given only what no other node could do.",
                            "Once it is mended: lumenyard try-again " + node.name() + ".",
                            null));
            return new Explanation(quarantined(node), reasons);
        }
        for (FarmView.Demand demand : view.demands()) {
            if (demand.tasks() > 0) {
                reasons.add(demand(node, demand));
            }
        }
        String why = whyRoom(node);
        return new Explanation(why.isEmpty() ? node.name() + " is full." : why, reasons);
    }

    private static String quarantined(NodeView node) {
        return "Quarantined: " + node.quarantine() + ".";
    }

    private Reason demand(NodeView node, FarmView.Demand demand) {
        String count = tasks(demand.tasks());
        Requirements needs = demand.requirements();
        for (Requirements.Attribute attribute : needs.attributes()) {
            if (!met(attribute, node.attributes())) {
                return new Reason(
                        "waiting", "It does not have " + wanted(attribute) + ".", null, count);
            }
        }
        if (!needs.canEverRunOn(node.amounts(), node.attributes())) {
            return new Reason("waiting", "It is too small for them.", null, count);
        }
        Optional<Reason> seats = lackingSeats(needs, count);
        if (seats.isPresent()) {
            return seats.get();
        }
        return node.fits(needs) == 0
                ? new Reason("running", "It has no room beside what runs.", null, count)
                : new Reason("waiting", "They are about to be placed.", null, count);
    }

    // Limits

    /** How many tasks that could be placed take seats of the limit. */
    long waitingFor(String limit) {
        return view.demands().stream()
                .filter(demand -> demand.requirements().seats().containsKey(limit))
                .mapToLong(FarmView.Demand::tasks)
                .sum();
    }

    /** Which limit such a task waits for; empty when it can have all its seats. */
    private Optional<Reason> lackingSeats(Requirements needs, @Nullable String count) {
        for (var wanted : needs.seats().entrySet()) {
            Optional<Reason> lack = lackingSeats(wanted.getKey(), wanted.getValue(), count);
            if (lack.isPresent()) {
                return lack;
            }
        }
        return Optional.empty();
    }

    private Optional<Reason> lackingSeats(String name, long wanted, @Nullable String count) {
        Optional<LimitView> found = view.limit(name);
        String set = "lumenyard limit set " + name + " COUNT";
        if (found.isEmpty()) {
            return Optional.of(
                    new Reason(
                            "waiting",
                            "There is no limit " + name + " yet.",
                            "Make it: " + set + ".",
                            count));
        }
        LimitView limit = found.get();
        if (limit.count() < wanted) {
            return Optional.of(
                    new Reason(
                            "waiting",
                            "A task takes "
                                    + seats(wanted)
                                    + " of "
                                    + name
                                    + ", which has "
                                    + (limit.count() == 0 ? "none" : grouped(limit.count()))
                                    + ".",
                            "Give it more: " + set + ".",
                            count));
        }
        return limit.free() >= wanted
                ? Optional.empty()
                : Optional.of(
                        new Reason(
                                "waiting", taken(limit, wanted), "It goes on by itself.", count));
    }

    private static String taken(LimitView limit, long wanted) {
        String all =
                limit.free() == 0
                        ? (limit.count() == 1
                                ? "The only seat of " + limit.name() + " is taken"
                                : "All "
                                        + grouped(limit.count())
                                        + " seats of "
                                        + limit.name()
                                        + " are taken")
                        : "Of "
                                + limit.name()
                                + " "
                                + seats(limit.free())
                                + " of "
                                + grouped(limit.count())
                                + " is too few, a task takes "
                                + grouped(wanted);
        return all + ": " + takers(limit) + ".";
    }

    private static String takers(LimitView limit) {
        String first =
                limit.takers().stream()
                        .limit(3)
                        .map(taker -> grouped(taker.seats()) + " by " + taker.name())
                        .collect(Collectors.joining(", "));
        int more = limit.takers().size() - 3;
        return more <= 0 ? first : first + " and the rest by " + more + " more jobs";
    }

    private static String seats(long count) {
        return count == 1 ? "1 seat" : grouped(count) + " seats";
    }

    Explanation ofLimit(LimitLine limit) {
        var reasons = new ArrayList<Reason>();
        var byJob = new LinkedHashMap<String, Long>();
        var nodes = new LinkedHashMap<String, Set<String>>();
        for (LimitLine.Holder holder : limit.holders()) {
            byJob.merge(holder.run().jobName(), holder.seats(), Long::sum);
            nodes.computeIfAbsent(holder.run().jobName(), job -> new TreeSet<>())
                    .add(holder.run().nodeName());
        }
        byJob.forEach((job, seats) -> {
            Set<String> on = nodes.getOrDefault(job, Set.of());
            String where = on.size() > 4 ? on.size() + " nodes" : String.join(", ", on);
            reasons.add(new Reason("running", job + " on " + where + ".", null, seats(seats)));
        });
        for (FarmView.Demand demand : view.demands()) {
            if (demand.tasks() > 0 && demand.requirements().seats().containsKey(limit.name())) {
                String others = demand.steps() == 1 ? "" : " is next of " + demand.steps();
                reasons.add(
                        new Reason(
                                "waiting",
                                demand.firstName() + (others.isEmpty() ? " waits." : others + "."),
                                null,
                                tasks(demand.tasks())));
            }
        }
        return new Explanation(summary(limit), reasons);
    }

    private static String summary(LimitLine limit) {
        long free = limit.count() - limit.taken();
        if (free < 0) {
            return grouped(limit.taken())
                    + " seats are held and there are "
                    + grouped(limit.count())
                    + ": nothing more is placed until enough are given back.";
        }
        if (limit.count() == 0) {
            return "There are no seats.";
        }
        if (free == 0) {
            return limit.count() == 1
                    ? "The only seat is taken."
                    : "All " + seats(limit.count()) + " are taken.";
        }
        return grouped(free)
                + " of "
                + seats(limit.count())
                + (free == 1 ? " is" : " are")
                + " free.";
    }

    /** How many of the commonest waiting task would fit beside what runs. */
    long slots(NodeView node) {
        if (node.quarantine() != null) {
            return 0;
        }
        return view.demands().stream()
                .max(Comparator.comparingLong(FarmView.Demand::tasks))
                .map(demand -> node.fits(demand.requirements()))
                .orElseGet(() -> node.online() && node.runs() == 0 ? 1L : 0L);
    }
}
