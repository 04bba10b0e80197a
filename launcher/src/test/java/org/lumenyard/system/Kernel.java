package org.lumenyard.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the kernel tells of processes and time: it is asked in the farm's place. */
final class Kernel {
    private Kernel() {}

    /**
     * The clock that goes on while the machine sleeps, in milliseconds; the records are written by
     * it too.
     */
    static long bootMillis() {
        try {
            return Math.round(
                    Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0])
                            * 1000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process' state letter, and which of its threads run (R) or wait for the disk (D). */
    static String state(long pid) {
        var busy = new TreeMap<String, Integer>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                String letter = letter(thread);
                if (letter.equals("R") || letter.equals("D"))
                    busy.merge(letter + ":" + name(thread), 1, Integer::sum);
            }
        } catch (IOException gone) {
            return "gone";
        }
        return letter(Path.of("/proc/" + pid)) + (busy.isEmpty() ? "" : " " + busy.keySet());
    }

    private static String letter(Path folder) {
        String stat = read(folder.resolve("stat"));
        int end = stat.lastIndexOf(')');
        return end < 0 ? "?" : stat.substring(end + 2, end + 3);
    }

    private static String name(Path folder) {
        return read(folder.resolve("comm")).strip();
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }

    /**
     * The living processes marked as work of this farm; {@code node} may be empty for all of its
     * nodes.
     */
    static List<ProcessHandle> marked(String farm, String node) {
        String sign = "LUMENYARD_RUN=" + farm + "." + (node.isEmpty() ? "" : node + ".");
        var found = new ArrayList<ProcessHandle>();
        ProcessHandle.allProcesses()
                .filter(process ->
                        environment(process.pid()).stream()
                                .anyMatch(entry -> entry.startsWith(sign)))
                .forEach(found::add);
        return found;
    }

    private static List<String> environment(long pid) {
        return List.of(read(Path.of("/proc/" + pid + "/environ")).split("\0"));
    }

    /** The processes with this entry in their environment. */
    static List<ProcessHandle> withVariable(String entry) {
        return ProcessHandle.allProcesses()
                .filter(process -> environment(process.pid()).contains(entry))
                .toList();
    }

    /** The processes with this word among their arguments. */
    static List<ProcessHandle> withArgument(String argument) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        List.of(read(Path.of("/proc/" + process.pid() + "/cmdline")).split("\0"))
                                .contains(argument))
                .toList();
    }

    /** Waits until somebody holds a kernel lock: it may be held for a moment only. */
    static void awaitLocked(Path lock) throws InterruptedException {
        await(lock, true);
    }

    /**
     * Waits until a kernel lock is given back, which its holder's death does; says when, on the
     * boot clock.
     */
    static long awaitUnlocked(Path lock) throws InterruptedException {
        await(lock, false);
        return bootMillis();
    }

    private static void await(Path lock, boolean held) throws InterruptedException {
        long deadline = bootMillis() + 120_000;
        while (isLocked(lock) != held) {
            if (bootMillis() > deadline)
                throw new AssertionError(lock + (held ? " is held by nobody" : " is still held"));
            Thread.sleep(5);
        }
    }

    /**
     * Whether somebody holds this kernel lock. It is read, never tried: who tries a lock holds it
     * for a moment, and the program that comes for it then finds it taken.
     */
    static boolean isLocked(Path lock) {
        if (!Files.exists(lock)) return false;
        try {
            String sign = ":" + Files.getAttribute(lock, "unix:ino") + " 0 EOF";
            return Files.readAllLines(Path.of("/proc/locks")).stream()
                    .anyMatch(held -> held.contains(" FLOCK ") && held.endsWith(sign));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Runs a program of the system and tells what it said; anything but success is an error. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        if (exit != 0)
            throw new IOException(
                    String.join(" ", command) + " ended with " + exit + ": " + said.strip());
        return said;
    }
}
