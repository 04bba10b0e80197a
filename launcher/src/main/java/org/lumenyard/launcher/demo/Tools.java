package org.lumenyard.launcher.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lumenyard.agent.engine.InstallNote;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;

/**
 * Blender and ffmpeg for the demo: found, or installed after it was said what and how large. As
 * root with apt; otherwise into the project's own folder from PyPI, which touches nothing of the
 * system.
 */
final class Tools {
    private static final Pattern APT_PERCENT =
            Pattern.compile("(?:dlstatus|pmstatus):[^:]*:([0-9.]+):(.*)");
    private final Path folder;

    Tools(Config config) {
        folder = config.path(Setting.TOOLS);
    }

    /** An installation that can be done here: what it is, in words, and the commands. */
    record Plan(String words, List<List<String>> commands) {
        String line() {
            return String.join(
                    " && ", commands.stream().map(command -> String.join(" ", command)).toList());
        }
    }

    boolean hasBlender() {
        return find("blender").isPresent() || Files.isExecutable(python()) && hasModule("bpy");
    }

    boolean hasFfmpeg() {
        return find("ffmpeg").isPresent()
                || Files.isExecutable(python()) && hasModule("imageio_ffmpeg");
    }

    /** As jobs ask for it. */
    private List<String> missing() {
        return Stream.of("blender", "ffmpeg")
                .filter(name -> name.equals("blender") ? !hasBlender() : !hasFfmpeg())
                .toList();
    }

    private Path python() {
        return folder.resolve("bin").resolve("python3");
    }

    private boolean hasModule(String name) {
        try (Stream<Path> found =
                Files.find(
                        folder.resolve("lib"),
                        4,
                        (path, kind) ->
                                path.getFileName().toString().equals(name) && kind.isDirectory())) {
            return found.findFirst().isPresent();
        } catch (IOException | java.io.UncheckedIOException e) {
            return false;
        }
    }

    private static Optional<Path> find(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .filter(entry -> !entry.isBlank())
                .map(entry -> Path.of(entry, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** How what is missing can be installed here; empty when nothing is, or nothing can be done. */
    Optional<Plan> plan() {
        if (hasBlender() && hasFfmpeg()) return Optional.empty();
        if (isRoot() && find("apt-get").isPresent()) return Optional.of(apt());
        return find("python3.11").map(this::pypi);
    }

    /** The command to type where nothing can be done from here. */
    String advice() {
        return "sudo apt-get install blender ffmpeg    or: your system's packages of Blender 3.4 or newer and ffmpeg";
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private Plan apt() {
        var packages = new ArrayList<String>();
        if (!hasBlender()) packages.add("blender");
        if (!hasFfmpeg()) packages.add("ffmpeg");
        var install =
                new ArrayList<>(
                        List.of(
                                "apt-get",
                                "install",
                                "-y",
                                "--no-install-recommends",
                                "-o",
                                "APT::Status-Fd=1",
                                "-o",
                                "Dpkg::Use-Pty=0"));
        install.addAll(packages);
        String size =
                hasBlender()
                        ? "ffmpeg, 2 MB to download"
                        : "%s, about 170 MB to download and 640 MB on disk"
                                .formatted(String.join(" and ", packages));
        return new Plan(size + ", by apt", List.of(List.of("apt-get", "update"), install));
    }

    private Plan pypi(Path python) {
        var packages = new ArrayList<String>();
        if (!hasBlender()) packages.add("bpy==4.5.15");
        if (!hasFfmpeg()) packages.add("imageio-ffmpeg");
        var install =
                new ArrayList<>(
                        List.of(
                                python().toString(),
                                "-m",
                                "pip",
                                "install",
                                "--progress-bar",
                                "off"));
        install.addAll(packages);
        String size =
                hasBlender()
                        ? "ffmpeg, 30 MB"
                        : "Blender 4.5 and ffmpeg as Python packages, about 380 MB to download and 1 GB on disk";
        return new Plan(
                size + ", into " + folder,
                List.of(List.of(python.toString(), "-m", "venv", folder.toString()), install));
    }

    /** Installs, showing how far it is. Says whether it went well; the output is in the log. */
    boolean install(Plan plan, Bar bar, Path log) throws IOException, InterruptedException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        Files.writeString(log, "");
        InstallNote.write(folder, missing());
        try {
            for (List<String> command : plan.commands()) {
                if (run(command, bar, log) != 0) return false;
            }
            return true;
        } finally {
            InstallNote.remove(folder);
        }
    }

    private int run(List<String> command, Bar bar, Path log)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new java.io.File("/dev/null"));
        builder.environment()
                .putAll(
                        Map.of(
                                "DEBIAN_FRONTEND",
                                "noninteractive",
                                "PIP_DISABLE_PIP_VERSION_CHECK",
                                "1"));
        Process process = builder.start();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Files.writeString(log, line + "\n", java.nio.file.StandardOpenOption.APPEND);
                Matcher percent = APT_PERCENT.matcher(line);
                if (percent.matches())
                    bar.at(
                            Double.parseDouble(percent.group(1)) / 100,
                            line.startsWith("dl") ? "downloading" : "installing");
                else if (!line.isBlank()) bar.says(line.strip());
            }
        }
        return process.waitFor();
    }
}
