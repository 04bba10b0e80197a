package org.lumenyard.agent.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Renders frames with Blender: the {@code blender} program, or Blender as the Python module {@code
 * bpy}. Both run the same driver script; a run that may be warm uses a process that outlives it.
 *
 * <p>Settings: {@code scene} (path), {@code frames} (7, 5-9, 1-9:2); optional {@code engine},
 * {@code samples}, {@code resolution} ([w, h]), {@code percentage}, {@code device} (CPU, GPU,
 * SCENE, CUDA, OPTIX, HIP, ONEAPI, METAL), {@code format} (PNG, JPEG, OPEN_EXR,
 * OPEN_EXR_MULTILAYER, TIFF), {@code camera}, {@code sceneName}, {@code viewLayer}, {@code
 * allowScripts}, {@code warm} (auto, true, false), {@code version}, {@code pictureChecks} (WARN,
 * FAIL, OFF), {@code timeLimit} (seconds); for tests {@code lockFolder}. Outputs: {@code folder},
 * {@code pattern} (name_####.png).
 */
public final class BlenderEngine implements Engine {
    private static final String NAME = "blender";

    private final Path home;
    private final Path driver;
    private final ExrThumbnails exrThumbnails = new ExrThumbnails();
    private volatile List<Installation> installed = List.of();

    /**
     * Makes the engine and puts its driver script in place.
     *
     * @param home a folder of the agent's own, there already
     * @throws IOException when the driver cannot be written there
     */
    public BlenderEngine(Path home) throws IOException {
        this.home = home;
        this.driver = Bundled.unpack("blender_driver.py", home, false);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Installation> discover(Host host) {
        exrThumbnails.discover(host);
        var found = new ArrayList<Installation>();
        realFiles(host.all("blender"))
                .forEach((real, program) -> executable(program).ifPresent(found::add));
        var environments = new HashSet<Path>();
        for (Path python : pythons(host)) {
            // An environment's interpreter has several names.
            if (!environments.contains(python.resolveSibling("."))) {
                Optional<Installation> module = module(python);
                module.ifPresent(found::add);
                module.ifPresent(one -> environments.add(python.resolveSibling(".")));
            }
        }
        found.sort(Comparator.comparing(Installation::version, Versions.RISING).reversed());
        installed = List.copyOf(found);
        return installed;
    }

    /** One file found under several names is one installation. */
    private static Map<Path, Path> realFiles(Stream<Path> programs) {
        var found = new LinkedHashMap<Path, Path>();
        programs.forEach(program -> {
            try {
                found.putIfAbsent(program.toRealPath(), program);
            } catch (IOException gone) {
                found.putIfAbsent(program, program);
            }
        });
        return found;
    }

    private static Optional<Installation> executable(Path program) {
        return Probe.firstMatch(
                        List.of(program.toString(), "--version"), "Blender (\\d+\\.\\d+[.\\d]*).*")
                .map(version -> new Installation(NAME, "executable", program, version));
    }

    /** Interpreters are told apart by their own paths: an environment's python is a link. */
    private static Set<Path> pythons(Host host) {
        var pythons = new LinkedHashSet<Path>();
        String named = host.environment().getOrDefault("LUMENYARD_BPY_PYTHON", "");
        if (!named.isBlank()) {
            pythons.add(Path.of(named));
        }
        for (String name : List.of("python3.11", "python3")) {
            host.all(name).forEach(pythons::add);
        }
        return pythons;
    }

    private static Optional<Installation> module(Path python) {
        String question = "from importlib.metadata import version; print('bpy', version('bpy'))";
        return Probe.firstMatch(
                        List.of(python.toString(), "-c", question), "bpy (\\d+\\.\\d+[.\\d]*).*")
                .map(version -> new Installation(NAME, "bpy", python, version));
    }

    @Override
    public Result run(Work work, Bench bench) throws InterruptedException {
        BlenderJob job;
        Installation installation;
        BlenderRun run;
        try {
            job = BlenderJob.read(work);
            OutputFolder.prepare(job.folder());
            installation = choose(job);
            run = new BlenderRun(work, job, bench, exrThumbnails);
        } catch (WorkFailed refused) {
            return new Result.Failed(
                    refused.reason(), refused.sentence(), List.of(), List.of(), Costs.UNKNOWN);
        }
        if (job.frames().isEmpty()) {
            return run.done();
        }
        warnOfVersion(run, job, installation);
        try {
            if (job.warm()) {
                warm(run, work, job, installation, bench);
            } else {
                cold(run, work, installation, bench);
            }
            return run.done();
        } catch (WorkFailed failure) {
            return run.failed(failure);
        }
    }

    /** The version asked for, else the oldest one that is as new as the file, else the newest. */
    private Installation choose(BlenderJob job) throws WorkFailed {
        List<Installation> fitting =
                installed.stream()
                        .filter(one -> Versions.startsWith(one.version(), job.version()))
                        .toList();
        if (fitting.isEmpty()) {
            String wanted = job.version().isEmpty() ? "Blender" : "Blender " + job.version();
            throw new WorkFailed(
                    Reason.PROGRAM_MISSING, wanted + " is not installed on this node.");
        }
        Optional<String> saved = BlendFile.series(job.scene());
        return saved.flatMap(series ->
                        fitting.reversed().stream()
                                .filter(one -> Versions.RISING.compare(one.series(), series) >= 0)
                                .findFirst())
                .orElse(fitting.getFirst());
    }

    private static void warnOfVersion(BlenderRun run, BlenderJob job, Installation installation) {
        BlendFile.series(job.scene())
                .filter(series -> Versions.RISING.compare(installation.series(), series) < 0)
                .ifPresent(series ->
                        run.warn(
                                "The scene was saved by Blender %s and rendered by %s, which may lose some of it."
                                        .formatted(series, installation.version())));
    }

    private void warm(
            BlenderRun run, Work work, BlenderJob job, Installation installation, Bench bench)
            throws WorkFailed, InterruptedException {
        String variant = "threads=" + work.threads() + ",scripts=" + job.allowScripts();
        String program = installation.program() + " " + installation.version();
        var key = new WarmKey(NAME, program, job.scene().toString(), variant);
        while (true) {
            var death = new Death("Blender");
            try (Seat seat = seat(key, installation, work, bench)) {
                var talk = new BlenderTalk(seat.process(), bench, death);
                try {
                    run.render(talk, seat.isNew());
                } catch (WorkFailed failure) {
                    if (!seat.isNew() && !talk.hasAnswered()) {
                        continue; // it died while it was idle: that is nobody's failure
                    }
                    throw failure;
                }
                if (work.memoryMiB() == 0 || talk.residentMiB() <= work.memoryMiB()) {
                    seat.keep(talk.residentMiB());
                }
                return;
            }
        }
    }

    private Seat seat(WarmKey key, Installation installation, Work work, Bench bench)
            throws WorkFailed {
        try {
            return bench.seat(key, program(installation, work));
        } catch (IOException refused) {
            throw notStarted(refused);
        }
    }

    private void cold(BlenderRun run, Work work, Installation installation, Bench bench)
            throws WorkFailed, InterruptedException {
        var death = new Death("Blender");
        try (Running process = bench.start(program(installation, work))) {
            run.render(new BlenderTalk(process, bench, death), true);
            process.send(JsonNodeFactory.instance.objectNode().put("op", "quit").toString());
            for (String line = process.readLine(); line != null; line = process.readLine()) {
                bench.log(line);
            }
            process.awaitExit();
        } catch (IOException refused) {
            throw notStarted(refused);
        }
    }

    private static WorkFailed notStarted(IOException refused) {
        return new WorkFailed(
                Reason.PROGRAM_MISSING, "Blender does not start: " + refused.getMessage() + ".");
    }

    private Program program(Installation installation, Work work) {
        String program = installation.program().toString();
        if (installation.kind().equals("bpy")) {
            // Settings of whoever runs the agent are none of the job's; a module has no
            // --factory-startup.
            var environment = new LinkedHashMap<String, String>();
            environment.put("BLENDER_USER_RESOURCES", home.resolve("no-settings").toString());
            environment.put("PYTHONNOUSERSITE", "1");
            environment.put("PYTHONUNBUFFERED", "1");
            return new Program(List.of(program, driver.toString()), environment, home, true);
        }
        List<String> command =
                List.of(
                        program,
                        "-b",
                        "--factory-startup",
                        "-noaudio",
                        "-t",
                        Integer.toString(Math.min(1024, work.threads())),
                        "--python-exit-code",
                        "9",
                        "--python",
                        driver.toString());
        return new Program(command, Map.of(), home, true);
    }
}
