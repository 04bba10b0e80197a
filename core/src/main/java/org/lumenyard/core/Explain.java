package org.lumenyard.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.lumenyard.core.FarmView.Demand;
import org.lumenyard.core.FarmView.NodeView;

/** Every "no" and "not yet" has a reason with counts, worked out from a view, never under the farm's thread. */
public final class Explain {
    /**
     * One reason.
     *
     * @param kind {@code running}, {@code waiting}, {@code blocked}, {@code held}, {@code failed},
     *     {@code done} or {@code loading}
     * @param more what to do or to expect; may be empty
     * @param count such as "4 nodes"; may be empty
     */
    public record Reason(String kind, String text, String more, String count) {}

    /**
     * What is asked about a step.
     *
     * @param unmet names of the steps before it that are not done
     * @param failures sentence of the latest failure; empty without one
     */
    public record StepFacts(
            String name, Counts counts, List<String> unmet, Requirements requirements, String failures) {}

    private Explain() {}

    /** Why a job stands as it does, the most telling reason first. */
    public static List<Reason> job(JobState state, boolean held, List<StepFacts> steps, FarmView view) {
        var reasons = new ArrayList<Reason>();
        if (held && !state.isFinished()) {
            reasons.add(new Reason("held", "The job is held: nothing more of it is placed.", "Release it to go on.", ""));
        }
        for (StepFacts step : steps) {
            Counts counts = step.counts();
            if (counts.failed() > 0) reasons.add(failed(step));
            if (state.isFinished() || counts.waiting() == 0) continue;
            if (!step.unmet().isEmpty()) reasons.add(blocked(step));
            else if (!held) reasons.addAll(waiting(step, view));
        }
        Counts all = steps.stream().map(StepFacts::counts).reduce(Counts.NONE, Counts::plus);
        if (all.running() > 0) {
            reasons.add(new Reason("running", tasks(all.running()) + (all.running() == 1 ? " runs." : " run."), "", "" + all.running()));
        }
        if (reasons.isEmpty()) reasons.add(finished(state, all));
        return reasons;
    }

    private static Reason finished(JobState state, Counts all) {
        return switch (state) {
            case DONE -> new Reason("done", "All " + tasks(all.total()) + " are done.", "", "");
            case CANCELLED -> new Reason("done", "The job was cancelled.", "Submit it again to do it.", "");
            case CANCELLING -> new Reason("running", "The job is being cancelled.", "It ends when its last process has.", "");
            default -> new Reason("waiting", "Nothing waits.", "", "");
        };
    }

    private static Reason failed(StepFacts step) {
        return new Reason(
                "failed",
                "%s of %s failed.".formatted(tasks(step.counts().failed()), step.name()),
                step.failures().isEmpty() ? "Retry them when the cause is mended." : step.failures(),
                "" + step.counts().failed());
    }

    private static Reason blocked(StepFacts step) {
        return new Reason(
                "blocked",
                "%s of %s: after %s.".formatted(tasks(step.counts().waiting()), step.name(), String.join(" and ", step.unmet())),
                "",
                "" + step.counts().waiting());
    }

    private static List<Reason> waiting(StepFacts step, FarmView view) {
        long waiting = step.counts().waiting();
        String what = "%s of %s".formatted(tasks(waiting), step.name());
        List<NodeView> online = view.nodes().stream().filter(NodeView::online).toList();
        List<NodeView> capable = online.stream().filter(node -> node.canEverRun(step.requirements())).toList();
        var reasons = new ArrayList<Reason>();
        if (online.isEmpty()) {
            String more = view.nodes().isEmpty() ? "Start one with: lumenyard agent" : nodes(view.nodes().size()) + " known, none online.";
            return List.of(new Reason("waiting", what + " wait: no node is online.", more, "" + waiting));
        }
        if (capable.isEmpty()) {
            return List.of(new Reason("blocked", "%s wait: no node has %s.".formatted(what, String.join(" and ", lacks(online, step.requirements()).keySet())), "", nodes(online.size())));
        }
        long room = capable.stream().filter(node -> node.fits(step.requirements()) > 0).count();
        if (room == 0) {
            reasons.add(new Reason("waiting", what + " wait for a free place.", "%s can run them, all taken.".formatted(nodes(capable.size())), "" + waiting));
        } else if (step.requirements().measured()) {
            reasons.add(new Reason("waiting", what + " wait until the first one has shown how much memory it needs.", "One task a node until then.", "" + waiting));
        } else {
            reasons.add(new Reason("waiting", what + " wait for their turn, or for a node that has the scene loaded.", "%s have room.".formatted(nodes(room)), "" + waiting));
        }
        lacks(online, step.requirements())
                .forEach(
                        (lack, names) ->
                                reasons.add(new Reason("blocked", "%d of %s lack %s.".formatted(names.size(), nodes(online.size()), lack), some(names), nodes(names.size()))));
        return reasons;
    }

    /** What is missing, and on which of the nodes. */
    private static Map<String, List<String>> lacks(List<NodeView> nodes, Requirements requirements) {
        var lacks = new LinkedHashMap<String, List<String>>();
        for (NodeView node : nodes) {
            for (Requirements.Attribute attribute : requirements.attributes()) {
                if (attribute.isMetBy(node.attributes().getOrDefault(attribute.name(), Set.of()))) continue;
                lacks.computeIfAbsent(phrase(attribute), key -> new ArrayList<>()).add(node.name());
            }
            for (Requirements.Amount amount : requirements.amounts()) {
                if (node.amounts().getOrDefault(amount.name(), 0L) >= amount.least()) continue;
                lacks.computeIfAbsent(phrase(amount), key -> new ArrayList<>()).add(node.name());
            }
        }
        return lacks;
    }

    /** An attribute in words: {@code attr.blender.version} with several values is "Blender 3.4 or newer". */
    static String phrase(Requirements.Attribute attribute) {
        var values = new TreeSet<>(attribute.anyOf());
        values.addAll(attribute.allOf());
        String name = attribute.name().replaceFirst("^attr\\.", "");
        if (name.endsWith(".version")) {
            String program = name.substring(0, name.length() - ".version".length());
            String proper = program.substring(0, 1).toUpperCase(Locale.ROOT) + program.substring(1);
            if (values.isEmpty()) return proper;
            return proper + " " + values.first() + (values.size() > 1 ? " or newer" : "");
        }
        String list = String.join(" or ", values);
        return name.equals("software") ? list : name.replaceFirst("^worker\\.", "") + " " + list;
    }

    static String phrase(Requirements.Amount amount) {
        return switch (amount.name()) {
            case Requirements.VCPU -> amount.least() + " processors";
            case Requirements.MEMORY -> "%.1f GiB of memory".formatted(amount.least() / 1024.0);
            default -> amount.least() + " " + amount.name().replaceFirst("^amount\\.", "");
        };
    }

    /** Why a node has room. */
    public static List<Reason> node(NodeId id, FarmView view) {
        var node = view.nodes().stream().filter(n -> n.id().equals(id)).findFirst();
        if (node.isEmpty() || !node.get().online()) {
            return List.of(new Reason("blocked", "The node is not online.", "It takes work again when its agent is back.", ""));
        }
        var reasons = new ArrayList<Reason>();
        for (Demand demand : view.demands()) reasons.addAll(refusals(node.get(), demand));
        if (view.demands().isEmpty()) reasons.add(new Reason("waiting", "Nothing waits that could be placed.", "", ""));
        return reasons;
    }

    private static List<Reason> refusals(NodeView node, Demand demand) {
        String what = tasks(demand.tasks());
        var lacks = lacks(List.of(node), demand.requirements()).keySet();
        if (!lacks.isEmpty()) {
            return List.of(new Reason("blocked", "%s need %s, which is not here.".formatted(what, String.join(" and ", lacks)), "", "" + demand.tasks()));
        }
        if (node.fits(demand.requirements()) == 0) {
            return List.of(new Reason("waiting", what + " need more than is free here now.", "", "" + demand.tasks()));
        }
        String why = demand.requirements().measured() ? "wait until the first one has shown how much memory it needs" : "wait for a node that has the scene loaded";
        return List.of(new Reason("waiting", what + " " + why + ".", "", "" + demand.tasks()));
    }

    private static String some(List<String> names) {
        String first = names.stream().limit(4).collect(Collectors.joining(", "));
        return names.size() > 4 ? first + " and " + (names.size() - 4) + " more" : first;
    }

    private static String tasks(long count) {
        return count == 1 ? "1 task" : count + " tasks";
    }

    private static String nodes(long count) {
        return count == 1 ? "1 node" : count + " nodes";
    }
}
