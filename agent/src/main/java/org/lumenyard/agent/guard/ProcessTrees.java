package org.lumenyard.agent.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lumenyard.agent.guard.ProcessTable.Entry;

/**
 * One look at all processes: what each run's have used, and where they stand. A guard is a
 * subreaper, so whatever a run has started is below its guard.
 */
public final class ProcessTrees {
    /** The kernel counts processor time in hundredths of a second, on every machine we know. */
    private static final long TICK_MILLIS = 10;

    private static final int MOST_THREADS = 200;
    private static final int MOST_CALLS = 16;

    /**
     * What the processes of a run have used since they began, the ended ones included.
     *
     * @param cpuMillis processor time
     * @param diskBytes read from and written to disks and file servers, as far as the kernel says
     */
    public record Usage(long cpuMillis, long diskBytes) {
        /** Nothing at all. */
        public static final Usage NONE = new Usage(0, 0);

        /** Both together. */
        public Usage plus(Usage other) {
            return new Usage(cpuMillis + other.cpuMillis, diskBytes + other.diskBytes);
        }
    }

    private final Map<Long, List<Entry>> children = new HashMap<>();
    private final Map<Long, Entry> all;

    private ProcessTrees(Map<Long, Entry> all) {
        this.all = all;
        all.values()
                .forEach(entry ->
                        children.computeIfAbsent(entry.parent(), parent -> new ArrayList<>())
                                .add(entry));
    }

    /** All processes of this moment. */
    public static ProcessTrees look() {
        return new ProcessTrees(ProcessTable.read());
    }

    /** What has been used below this guard. What the guard itself uses is none of the run's. */
    public Usage used(long guard) {
        Entry top = all.get(guard);
        long ticks = top == null ? 0 : top.childTicks();
        long bytes = 0;
        for (Entry process : below(guard)) {
            ticks += process.ownTicks() + process.childTicks();
            bytes += diskBytes(process.pid());
        }
        return new Usage(ticks * TICK_MILLIS, bytes);
    }

    private List<Entry> below(long guard) {
        var found = new ArrayList<Entry>(children.getOrDefault(guard, List.of()));
        for (int i = 0; i < found.size(); i++) {
            found.addAll(children.getOrDefault(found.get(i).pid(), List.of()));
        }
        return found;
    }

    private static long diskBytes(long pid) {
        return ProcessTable.text("/proc/" + pid + "/io")
                .lines()
                .filter(line -> line.matches("(read|write)_bytes: [0-9]{1,18}"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    /**
     * Where every thread below this guard stands, a line each, with what the kernel lets us see:
     * its name, its state, the kernel's function that it waits in, its system call, and the calls
     * that led there (for root alone).
     */
    public List<String> positions(long guard) {
        var lines = new ArrayList<String>();
        int threads = 0;
        for (Entry process : below(guard)) {
            lines.add("process %d, %s".formatted(process.pid(), name("/proc/" + process.pid())));
            for (long thread : ProcessTable.numbers("/proc/" + process.pid() + "/task")) {
                if (++threads > MOST_THREADS) {
                    lines.add("  and more threads");
                    return lines;
                }
                position("/proc/" + process.pid() + "/task/" + thread, thread, lines);
            }
        }
        return lines;
    }

    private static void position(String folder, long thread, List<String> lines) {
        String wait = ProcessTable.text(folder + "/wchan");
        String call = ProcessTable.text(folder + "/syscall");
        lines.add(
                "  thread %d, %s: %s%s%s"
                        .formatted(
                                thread,
                                name(folder),
                                words(state(folder)),
                                wait.isEmpty() || wait.equals("0") ? "" : " in " + wait,
                                call.isEmpty() ? "" : ", system call " + call));
        ProcessTable.text(folder + "/stack")
                .lines()
                .limit(MOST_CALLS)
                .forEach(called -> lines.add("    " + called.strip()));
    }

    /**
     * What keeps the whole of it from going on, where that is plain to see: a sentence for people.
     */
    public Optional<String> obstacle(long guard) {
        for (Entry process : below(guard)) {
            String name = name("/proc/" + process.pid());
            switch (process.state()) {
                case 'T', 't' -> {
                    return Optional.of(
                            "Somebody has stopped its process %d, %s."
                                    .formatted(process.pid(), name));
                }
                case 'D' -> {
                    return Optional.of(
                            "Its process %d, %s, waits for a disk or a file server."
                                    .formatted(process.pid(), name));
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    private static String name(String folder) {
        String name = ProcessTable.text(folder + "/comm");
        return name.isEmpty() ? "nameless" : name;
    }

    private static char state(String folder) {
        String stat = ProcessTable.text(folder + "/stat");
        int end = stat.lastIndexOf(')');
        return end < 0 || end + 2 >= stat.length() ? '?' : stat.charAt(end + 2);
    }

    private static String words(char state) {
        return switch (state) {
            case 'R' -> "running";
            case 'S' -> "sleeping";
            case 'D' -> "waiting for a disk or a file server";
            case 'T', 't' -> "stopped";
            case 'Z', 'X' -> "dead";
            case 'I' -> "idle";
            default -> "in state " + state;
        };
    }
}
