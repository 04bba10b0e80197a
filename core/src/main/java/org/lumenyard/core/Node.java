package org.lumenyard.core;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A machine, what runs on it, and what it holds warm.
 *
 * <pre>
 * (new) --joined--> online --lost--> lost --joined--> online
 *                      |----left---> offline --joined--> online
 *                      +----joined again, proven swept--> online, with its next incarnation
 *
 * trusted --failed what others did, three in a row--> quarantined --tried again--> trusted
 * </pre>
 */
final class Node {
    final NodeId id;
    private long incarnation;
    private boolean online;
    private NodeFacts facts;
    private List<Doubt> doubts;
    private @Nullable String quarantine;
    private final Map<RunId, Run> runs = new TreeMap<>();

    /** The same runs by their slots, those of one slot in their order. */
    private final Map<RunId, NavigableMap<RunId, Run>> slots = new TreeMap<>();

    private final Map<InstanceId, Instance> instances = new TreeMap<>();
    private final Map<String, Long> taken = new TreeMap<>();

    Node(Change.NodeJoined joined) {
        id = joined.node();
        incarnation = joined.incarnation();
        online = true;
        facts = joined.facts();
        doubts = List.of();
    }

    Node(FarmImage.NodeImage image) {
        id = image.id();
        incarnation = image.incarnation();
        online = image.online();
        facts = image.facts();
        doubts = image.doubts();
        quarantine = image.quarantine();
    }

    long incarnation() {
        return incarnation;
    }

    boolean isOnline() {
        return online;
    }

    boolean lives(long claimed) {
        return online && claimed == incarnation;
    }

    /** Whether something of this life may still run. */
    boolean mayLive() {
        return online && !runs.isEmpty();
    }

    NodeFacts facts() {
        return facts;
    }

    /** What speaks against it since it last did a task. */
    List<Doubt> doubts() {
        return doubts;
    }

    /** Whether it is given nothing that another node could do. */
    boolean isQuarantined() {
        return quarantine != null;
    }

    @Nullable String quarantine() {
        return quarantine;
    }

    Collection<Run> runs() {
        return runs.values();
    }

    /** Those of one slot in their order: the first runs, the others wait for it. */
    Collection<NavigableMap<RunId, Run>> slots() {
        return slots.values();
    }

    /** The runs of this one's slot in their order; empty when none is left. */
    NavigableMap<RunId, Run> slotOf(Run run) {
        return slots.getOrDefault(run.slot(), Collections.emptyNavigableMap());
    }

    Collection<Instance> instances() {
        return instances.values();
    }

    @Nullable Instance instance(InstanceId instance) {
        return instances.get(instance);
    }

    boolean hasInstance(InstanceId instance) {
        return instances.containsKey(instance);
    }

    boolean runsStep(StepId step) {
        return runs.values().stream().anyMatch(run -> run.step().equals(step));
    }

    boolean isBusy(InstanceId instance) {
        return runs.values().stream().anyMatch(run -> instance.equals(run.instance()));
    }

    /** Instances that no run uses, the longest kept first. */
    List<Instance> idleInstances() {
        if (instances.isEmpty()) return List.of();
        return instances.values().stream().filter(instance -> !isBusy(instance.id())).toList();
    }

    @Nullable Instance idleInstance(String model) {
        return idleInstances().stream()
                .filter(instance -> instance.model().equals(model))
                .findFirst()
                .orElse(null);
    }

    Map<String, Long> capacity() {
        return facts.amounts();
    }

    /** What neither a run nor the memory of an idle instance takes. */
    long free(String amount) {
        return capacity().getOrDefault(amount, 0L) - taken.getOrDefault(amount, 0L);
    }

    boolean canEverRun(Requirements requirements) {
        return online && requirements.canEverRunOn(facts.amounts(), facts.attributes());
    }

    /** What a task with these requirements is given here, whether or not it is free now. */
    Map<String, Long> share(Requirements requirements) {
        var share = new TreeMap<String, Long>();
        for (Requirements.Amount amount : requirements.amounts()) {
            if (amount.isOfNode()) share.put(amount.name(), share(amount));
        }
        return share;
    }

    /** As much as it has in all, but not more than is wanted. */
    private long share(Requirements.Amount amount) {
        return Math.min(amount.most(), capacity().getOrDefault(amount.name(), 0L));
    }

    /** Whether its share is free, apart from what stopping these instances would give back. */
    boolean hasRoomFor(Requirements requirements, Collection<Instance> toStop) {
        for (Requirements.Amount amount : requirements.amounts()) {
            if (!amount.isOfNode()) continue;
            long free = free(amount.name());
            for (Instance instance : toStop) free += kept(instance, amount.name());
            if (share(amount) > free) return false;
        }
        return true;
    }

    /** Whether its share is no more than these amounts. */
    boolean isShareWithin(Requirements requirements, Map<String, Long> amounts) {
        for (Requirements.Amount amount : requirements.amounts()) {
            if (!amount.isOfNode()) continue;
            if (share(amount) > amounts.getOrDefault(amount.name(), 0L)) return false;
        }
        return true;
    }

    /** Of the amounts only the memory stays taken while an instance idles. */
    private static long kept(Instance instance, String amount) {
        return amount.equals(Requirements.MEMORY) ? instance.amounts().getOrDefault(amount, 0L) : 0;
    }

    /** Whether anything could be placed here at all. */
    boolean hasRoom() {
        return online && free(Requirements.VCPU) > 0;
    }

    // What follows is called by evolve alone.

    void joined(long newIncarnation, NodeFacts newFacts) {
        incarnation = newIncarnation;
        facts = newFacts;
        online = true;
    }

    void updated(NodeFacts newFacts) {
        facts = newFacts;
    }

    void gone() {
        online = false;
    }

    void doubted(List<Doubt> newDoubts) {
        doubts = newDoubts;
    }

    /** Null for trusted. */
    void quarantined(@Nullable String why) {
        quarantine = why;
        doubts = List.of();
    }

    void started(Run run) {
        put(run);
        recount();
    }

    void ended(Run run) {
        runs.remove(run.id());
        var slot = Objects.requireNonNull(slots.get(run.slot()));
        slot.remove(run.id());
        if (slot.isEmpty()) slots.remove(run.slot());
        recount();
    }

    void adopted(Run run) {
        put(run);
    }

    private void put(Run run) {
        runs.put(run.id(), run);
        slots.computeIfAbsent(run.slot(), slot -> new TreeMap<>()).put(run.id(), run);
    }

    void warmed(Instance instance) {
        instances.put(instance.id(), instance);
        recount();
    }

    void cooled(InstanceId instance) {
        instances.remove(instance);
        recount();
    }

    private void recount() {
        taken.clear();
        for (var slot : slots.values()) {
            Run run = slot.firstEntry().getValue();
            run.amounts().forEach((name, amount) -> taken.merge(name, amount, Long::sum));
        }
        for (Instance instance : idleInstances()) {
            taken.merge(Requirements.MEMORY, kept(instance, Requirements.MEMORY), Long::sum);
        }
        taken.keySet().removeIf(Requirements::isOfLimit);
        taken.values().removeIf(amount -> amount == 0);
    }

    /** The node's offers by name, empty for what it does not say. */
    Set<String> offered(String attribute) {
        return facts.attributes().getOrDefault(attribute, Set.of());
    }

    @Override
    public String toString() {
        return "node %s %s life %d %s%s doubts%s runs%s warm%s taken%s of%s"
                .formatted(
                        id,
                        facts.name(),
                        incarnation,
                        online ? "online" : "gone",
                        quarantine == null ? "" : " quarantined: " + quarantine,
                        doubts,
                        runs.keySet(),
                        instances.values(),
                        taken,
                        new TreeMap<>(capacity()));
    }
}
