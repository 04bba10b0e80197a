package org.lumenyard.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What went wrong in a step since a task of it was last done.
 *
 * @param troubles failures by what caused them
 * @param refusals how often in a row no licence was to be had
 * @param restsUntil nothing of it is placed before, in milliseconds since the epoch; 0 when it does
 *     not rest
 */
public record Setbacks(List<Trouble> troubles, int refusals, long restsUntil) {
    public static final Setbacks NONE = new Setbacks(List.of(), 0, 0);

    /** A cause that has struck so many tasks, on so many nodes, holds the job. */
    static final int ENOUGH = 3;

    /** So many refusals in a row cost the last one's task an attempt. */
    static final int REFUSALS = 10;

    private static final long REST_MILLIS = 30_000;
    private static final long LONGEST_REST_MILLIS = 300_000;

    public Setbacks {
        troubles = List.copyOf(troubles);
    }

    /**
     * Failures with one cause.
     *
     * @param nodes different ones, no more than {@link #ENOUGH}
     * @param tasks different ones, no more than {@link #ENOUGH}, the first first
     * @param runs how many runs failed
     */
    public record Trouble(Cause cause, List<NodeId> nodes, List<Long> tasks, int runs) {
        public Trouble {
            nodes = List.copyOf(nodes);
            tasks = List.copyOf(tasks);
        }

        private Trouble with(Run run) {
            return new Trouble(cause, with(nodes, run.node()), with(tasks, run.index()), runs + 1);
        }

        private static <T> List<T> with(List<T> list, T thing) {
            if (list.size() >= ENOUGH || list.contains(thing)) return list;
            var longer = new ArrayList<>(list);
            longer.add(thing);
            return longer;
        }

        /** Whether it is the job rather than a task or a node, where so many nodes could do it. */
        boolean isOfTheJob(int ableNodes) {
            return tasks.size() >= ENOUGH && nodes.size() >= Math.clamp(ableNodes, 1, ENOUGH);
        }
    }

    /** The failures with this cause. */
    Trouble of(Cause cause) {
        return troubles.stream()
                .filter(trouble -> trouble.cause == cause)
                .findFirst()
                .orElse(new Trouble(cause, List.of(), List.of(), 0));
    }

    /** With one more failure. */
    Setbacks with(Cause cause, Run run) {
        var all = new ArrayList<>(troubles);
        all.removeIf(trouble -> trouble.cause == cause);
        all.add(of(cause).with(run));
        return new Setbacks(all, refusals, restsUntil);
    }

    /** With one more refusal, after which it rests a while: longer each time, up to minutes. */
    Setbacks refused(long now) {
        long rest = Math.min(LONGEST_REST_MILLIS, REST_MILLIS << Math.clamp(refusals, 0, 4));
        return new Setbacks(troubles, refusals + 1, now + rest);
    }

    /** A moment further away than any rest is one of a clock that was set back since. */
    boolean restsAt(long now) {
        return restsUntil > now && restsUntil - now <= LONGEST_REST_MILLIS;
    }

    /** When it has rested. */
    Setbacks rested() {
        return new Setbacks(troubles, refusals, 0);
    }
}
