package org.lumenyard.agent.shell;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.engine.Installation;
import org.lumenyard.protocol.AgentMessage.Facts;

/** What this machine is, and what it is doing. */
final class Machine {
    private static final long NO_LIMIT = 1L << 60;

    private final AgentSettings settings;
    private final String machineId;
    private final String bootId;
    private final String pidNamespace;

    Machine(AgentSettings settings) throws IOException {
        this.settings = settings;
        this.machineId = machineId(settings.stateFolder());
        this.bootId = firstLine(Path.of("/proc/sys/kernel/random/boot_id"));
        this.pidNamespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    }

    private static String machineId(Path stateFolder) throws IOException {
        String known = firstLine(Path.of("/etc/machine-id"));
        if (!known.isBlank()) {
            return known;
        }
        Path own = stateFolder.resolve("machine-id");
        if (firstLine(own).isBlank()) {
            DurableFile.write(
                    own,
                    (UUID.randomUUID() + "\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        return firstLine(own);
    }

    /** What the node offers with these programs installed, and these about to be. */
    Facts facts(List<Installation> installed, Set<String> installing) {
        var amounts = new TreeMap<String, Long>();
        amounts.put("amount.worker.vcpu", (long) Runtime.getRuntime().availableProcessors());
        amounts.put("amount.worker.memory", memoryMebibytes());
        amounts.putAll(settings.amounts());
        return new Facts(
                settings.nodeName(),
                machineId,
                bootId,
                pidNamespace,
                amounts,
                attributes(installed, installing),
                version(),
                details(installed));
    }

    private static Map<String, Set<String>> attributes(
            List<Installation> installed, Set<String> installing) {
        var attributes = new TreeMap<String, Set<String>>();
        attributes.put("attr.worker.os.family", Set.of("linux"));
        attributes.put("attr.worker.cpu.arch", Set.of(architecture()));
        var software = new TreeSet<String>();
        for (Installation one : installed) {
            software.add(one.engine());
            if (one.engine().equals("encode")) {
                software.add("ffmpeg");
            }
            if (!one.kind().equals("builtin")) {
                attributes
                        .computeIfAbsent(
                                "attr." + one.engine() + ".version", name -> new TreeSet<>())
                        .add(one.series());
            }
        }
        attributes.put("attr.software", software);
        if (!installing.isEmpty()) {
            attributes.put("attr.software.installing", installing);
        }
        return attributes;
    }

    /** As the OpenJD standard spells it. */
    private static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm64";
            default -> name;
        };
    }

    private static Map<String, Object> details(List<Installation> installed) {
        var details = new TreeMap<String, Object>();
        details.put("os", osName());
        details.put("kernel", firstLine(Path.of("/proc/sys/kernel/osrelease")));
        details.put("processor", field(Path.of("/proc/cpuinfo"), "model name"));
        details.put("host", hostName());
        details.put("pid", ProcessHandle.current().pid());
        var programs = new ArrayList<Map<String, String>>();
        for (Installation one : installed) {
            programs.add(
                    Map.of(
                            "engine", one.engine(),
                            "kind", one.kind(),
                            "path", one.program().toString(),
                            "version", one.version()));
        }
        details.put("programs", programs);
        return details;
    }

    private static String osName() {
        return field(Path.of("/etc/os-release"), "PRETTY_NAME").replace("\"", "");
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "";
        }
    }

    private static String version() {
        String known = Machine.class.getPackage().getImplementationVersion();
        return known == null ? "0.1.0" : known;
    }

    /** What the machine has, or what this container may use of it. */
    private static long memoryMebibytes() {
        long bytes = kibibytes("MemTotal") * 1024;
        long limit =
                Stream.of(
                                "/sys/fs/cgroup/memory.max",
                                "/sys/fs/cgroup/memory/memory.limit_in_bytes")
                        .map(path -> firstLine(Path.of(path)))
                        .filter(text -> text.matches("[0-9]{1,18}"))
                        .mapToLong(Long::parseLong)
                        .filter(each -> each < NO_LIMIT)
                        .min()
                        .orElse(bytes);
        return Math.min(bytes, limit) >> 20;
    }

    /** What it is doing now. */
    static Event.HostMeasured measure() {
        String[] loads = firstLine(Path.of("/proc/loadavg")).split(" ");
        double load = loads[0].matches("[0-9.]+") ? Double.parseDouble(loads[0]) : -1;
        long free = kibibytes("MemAvailable");
        return new Event.HostMeasured(load, free > 0 ? free / 1024 : -1);
    }

    private static long kibibytes(String name) {
        String text = field(Path.of("/proc/meminfo"), name).replace(" kB", "");
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
    }

    private static String field(Path file, String name) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line ->
                            line.substring(name.length()).strip().replaceFirst("^[:=]\\s*", ""))
                    .orElse("");
        } catch (IOException | RuntimeException unreadable) {
            return "";
        }
    }

    private static String firstLine(Path file) {
        try (var lines = Files.lines(file)) {
            @Nullable String line = lines.findFirst().orElse(null);
            return line == null ? "" : line.strip();
        } catch (IOException | RuntimeException unreadable) {
            return "";
        }
    }
}
