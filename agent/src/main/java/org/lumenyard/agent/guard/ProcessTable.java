package org.lumenyard.agent.guard;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /proc} shows. Everything here may be out of date when it is read: who is not there
 * any more reads as absent, never as an error.
 */
final class ProcessTable {
    /**
     * @param startTicks when it started, in the kernel's ticks since boot: with the number it names
     *     one process for ever
     * @param ownTicks processor time that it has used itself
     * @param childTicks processor time of its children that are dead and reaped, and of theirs
     */
    record Entry(
            long pid,
            long parent,
            long session,
            char state,
            long startTicks,
            long ownTicks,
            long childTicks) {}

    private ProcessTable() {}

    static Map<Long, Entry> read() {
        var table = new HashMap<Long, Entry>();
        for (long pid : numbers("/proc")) {
            Entry entry = entry(pid);
            if (entry != null) table.put(pid, entry);
        }
        return table;
    }

    static @Nullable Entry entry(long pid) {
        byte[] bytes = bytes("/proc/" + pid + "/stat");
        if (bytes == null || bytes.length == 0) return null;
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        // The name in parentheses may hold anything, so the last one counts; fields then begin with
        // the third.
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", 21);
        return new Entry(
                pid,
                Long.parseLong(fields[1]),
                Long.parseLong(fields[3]),
                fields[0].charAt(0),
                Long.parseLong(fields[19]),
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    }

    /**
     * The process number that the kernel gave away last; they rise, and begin anew at the end of
     * their range.
     */
    static long lastBorn() {
        byte[] bytes = bytes("/proc/loadavg");
        if (bytes == null) throw new IllegalStateException("/proc/loadavg cannot be read");
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        return Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
    }

    static long[] numbers(String folder) {
        String[] names = new File(folder).list();
        if (names == null) return new long[0];
        return Arrays.stream(names)
                .filter(name -> Character.isDigit(name.charAt(0)))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    /**
     * Whether nothing of this process can run any more. Its first thread alone does not tell:
     * others may live on.
     */
    static boolean isDead(Entry process) {
        Entry now = entry(process.pid());
        if (now == null || now.startTicks() != process.startTicks()) return true;
        for (long thread : numbers("/proc/" + process.pid() + "/task")) {
            byte[] stat = bytes("/proc/" + process.pid() + "/task/" + thread + "/stat");
            if (stat == null || stat.length == 0) continue;
            String text = new String(stat, StandardCharsets.ISO_8859_1);
            char state = text.charAt(text.lastIndexOf(')') + 2);
            if (state != 'Z' && state != 'X') return false;
        }
        return true;
    }

    /**
     * The environment it was started with, entries ending in NUL; null if it has none to show. That
     * is also how a process in the middle of an exec looks, so one look is never enough.
     */
    static byte @Nullable [] environment(long pid) {
        byte[] own = bytes("/proc/" + pid + "/environ");
        if (own != null && own.length > 0) return own;
        for (long thread :
                numbers(
                        "/proc/" + pid
                                + "/task")) { // the first thread may have ended: ask the others
            if (thread == pid) continue;
            byte[] other = bytes("/proc/" + pid + "/task/" + thread + "/environ");
            if (other != null && other.length > 0) return other;
        }
        return null;
    }

    /** Its arguments; empty if it shows none. */
    static String[] arguments(long pid) {
        return words(bytes("/proc/" + pid + "/cmdline"));
    }

    /**
     * The same, asked of one of its threads: a process whose first thread has ended shows none
     * itself.
     */
    static String[] argumentsOfThread(long pid, long thread) {
        return words(bytes("/proc/" + pid + "/task/" + thread + "/cmdline"));
    }

    /**
     * The children of this process's first thread, which is where orphans land; null if the kernel
     * cannot say.
     */
    static long @Nullable [] children(long self) {
        byte[] bytes = bytes("/proc/" + self + "/task/" + self + "/children");
        if (bytes == null) return null;
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty()) return new long[0];
        return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
    }

    /** What one of its files says, without the spaces around; empty if it may not be read. */
    static String text(String file) {
        byte[] bytes = bytes(file);
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8).strip();
    }

    private static String[] words(byte @Nullable [] bytes) {
        return bytes == null || bytes.length == 0
                ? new String[0]
                : new String(bytes, StandardCharsets.UTF_8).split("\0");
    }

    private static byte @Nullable [] bytes(String file) {
        try (var in = new FileInputStream(file)) {
            return in.readAllBytes();
        } catch (IOException gone) {
            return null;
        }
    }
}
