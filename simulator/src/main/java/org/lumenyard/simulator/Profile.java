package org.lumenyard.simulator;

import static org.lumenyard.simulator.Fault.*;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A named set of faults that a history is made of, each with its weight. */
public enum Profile {
    /** Something of everything that breaks, in equal parts; what is simulated unless told. */
    MIXED(
            Conditions.FAIR,
            one(CONNECTION_BREAKS),
            one(ALL_CONNECTIONS_BREAK),
            one(NODE_CUT_OFF),
            two(AGENT_KILLED),
            two(SERVER_KILLED),
            one(SERVER_AND_AGENTS_KILLED),
            one(COMMIT_REFUSED),
            one(COMMIT_OF_UNKNOWN_OUTCOME),
            one(KILLED_AT_A_COMMIT),
            one(AGENT_STANDS_STILL),
            two(AGENT_STOPPED),
            two(ORDER)),

    /** Messages and connections are lost all the time. */
    LOSS(
            Conditions.FAIR.losing(0.03),
            two(CONNECTION_BREAKS),
            one(ALL_CONNECTIONS_BREAK),
            one(NODE_CUT_OFF),
            one(ORDER)),

    /** Only one direction is lost, and the connection stands. */
    PARTITION(
            Conditions.FAIR,
            three(NODE_UNHEARD),
            three(NODE_DEAF),
            one(NODE_CUT_OFF),
            one(SERVER_KILLED),
            one(ORDER)),

    /** Clocks drift within one percent, and the server's wall clock is set to and fro. */
    CLOCKS(
            Conditions.FAIR,
            three(CLOCK_DRIFTS),
            three(WALL_CLOCK_JUMPS),
            two(NODE_CUT_OFF),
            one(AGENT_STANDS_STILL),
            one(SERVER_KILLED),
            one(ORDER)),

    /** The server and agents stand still for seconds; disks and guards take their time. */
    STALLS(
            Conditions.FAIR.stalling(1_500, 3_000, 900),
            three(SERVER_STANDS_STILL),
            three(AGENT_STANDS_STILL),
            one(AGENT_DISK_FULL),
            one(NODE_CUT_OFF),
            one(KILLED_AT_A_COMMIT),
            one(ORDER)),

    /** Tasks are slow, or never end, and die slowly. */
    SLOW(
            Conditions.FAIR.slowing(450, 12_000, 0.05),
            one(CONNECTION_BREAKS),
            one(NODE_CUT_OFF),
            one(AGENT_KILLED),
            one(AGENT_STOPPED),
            one(SERVER_KILLED),
            two(ORDER),
            one(CANCEL)),

    /** Nodes come and go quickly. */
    FLAPPING(
            Conditions.FAIR.pausing(1_000),
            three(AGENT_FLAPS),
            one(AGENT_KILLED),
            one(AGENT_STOPPED),
            one(CONNECTION_BREAKS),
            one(SERVER_KILLED)),

    /** Machines are cloned, and machines reboot. */
    MACHINES(
            Conditions.FAIR,
            three(MACHINE_DOUBLED),
            three(MACHINE_REBOOTS),
            two(NODE_CUT_OFF),
            one(AGENT_KILLED),
            one(AGENT_STANDS_STILL),
            one(SERVER_KILLED)),

    /** People retry and cancel what runs. */
    RETRIES(
            Conditions.FAIR.slowing(60, 6_000, 0),
            three(RETRY),
            one(CANCEL),
            two(ORDER),
            one(NODE_CUT_OFF),
            one(AGENT_KILLED),
            one(SERVER_KILLED),
            one(COMMIT_REFUSED)),

    /** People give their orders at the worst moments. */
    ORDERS(
            Conditions.FAIR.ordering(0.1),
            three(ORDER),
            one(RETRY),
            one(CONNECTION_BREAKS),
            one(AGENT_KILLED),
            one(SERVER_KILLED),
            one(COMMIT_OF_UNKNOWN_OUTCOME),
            one(KILLED_AT_A_COMMIT)),

    /** All of it together. */
    CHAOS(
            Conditions.FAIR
                    .losing(0.005)
                    .stalling(500, 1_000, 500)
                    .slowing(300, 6_000, 0.02)
                    .ordering(0.03),
            Arrays.stream(Fault.values()).map(Profile::one).toArray(Weighed[]::new));

    /** A fault and how much of it there is. */
    record Weighed(Fault fault, int weight) {}

    private final Conditions conditions;
    private final List<Fault> faults;

    Profile(Conditions conditions, Weighed... faults) {
        this.conditions = conditions;
        this.faults =
                Arrays.stream(faults)
                        .flatMap(each -> Stream.generate(each::fault).limit(each.weight()))
                        .toList();
    }

    private static Weighed one(Fault fault) {
        return new Weighed(fault, 1);
    }

    private static Weighed two(Fault fault) {
        return new Weighed(fault, 2);
    }

    private static Weighed three(Fault fault) {
        return new Weighed(fault, 3);
    }

    Conditions conditions() {
        return conditions;
    }

    /** What may strike, the more often the likelier. */
    List<Fault> faults() {
        return faults;
    }

    /** The fault that strikes next. */
    Fault next(Clock clock) {
        return faults.get((int) clock.between(0, faults.size() - 1));
    }

    /** As people write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
