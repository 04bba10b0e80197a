package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs any command. It succeeds when the command exits with 0 and every declared output is there; a
 * declared picture must also be whole.
 *
 * <p>Settings: {@code command} (a list: program and arguments, no shell), optional {@code
 * environment} (names and texts), {@code folder} (where it runs), {@code pictureChecks} (WARN,
 * FAIL, OFF), {@code timeLimit} (seconds). Outputs: {@code files}, a list of paths. The command is
 * to write output number i (from 0) under another name, which it finds in the variable {@code
 * LUMENYARD_OUTPUT_<i>} and, in its arguments, in place of {@code {output:<i>}}; the agent gives it
 * its own name once it counts. Lines {@code openjd_progress: 40}, {@code openjd_status: text} and
 * {@code openjd_fail: text} are understood as in Open Job Description.
 */
public final class CommandEngine implements Engine {
    @Override
    public String name() {
        return "command";
    }

    private final ExrThumbnails exrThumbnails = new ExrThumbnails();

    /** Every host can run commands. */
    @Override
    public List<Installation> discover(Host host) {
        exrThumbnails.discover(host);
        return List.of(new Installation("command", "builtin", Path.of("/"), "1.0"));
    }

    @Override
    public Result run(Work work, Bench bench) throws InterruptedException {
        var run = new CommandRun(work, bench, exrThumbnails);
        try {
            run.run();
            return new Result.Done(run.outputs, run.warnings, run.costs);
        } catch (WorkFailed failure) {
            return new Result.Failed(
                    failure.reason(), failure.sentence(), run.outputs, run.warnings, run.costs);
        }
    }

    private static final class CommandRun {
        private final Work work;
        private final Bench bench;
        private final List<Output> outputs = new ArrayList<>();
        private final ExrThumbnails exrThumbnails;
        private List<String> warnings = List.of();
        private Costs costs = Costs.UNKNOWN;
        private double fraction;
        private String status = "running";
        private String lastLine = "";
        private Optional<String> ownFailure = Optional.empty();

        CommandRun(Work work, Bench bench, ExrThumbnails exrThumbnails) {
            this.work = work;
            this.bench = bench;
            this.exrThumbnails = exrThumbnails;
        }

        void run() throws WorkFailed, InterruptedException {
            Settings settings =
                    Settings.ofEngine(work, "command", "environment", "folder", PictureChecks.NAME);
            var checks = new PictureChecks(settings, bench);
            List<Path> targets = targets();
            Program program = program(settings, targets);
            for (Path target : targets) {
                OutputFolder.prepare(folderOf(target));
            }
            boolean good = false;
            try {
                execute(program);
                for (int i = 0; i < targets.size(); i++) {
                    take(i, targets.get(i), checks);
                }
                good = true;
            } finally {
                warnings = checks.warnings();
                if (!good) {
                    targets.forEach(target -> PartFile.discard(work.partOf(target)));
                    outputs.clear();
                }
            }
        }

        private List<Path> targets() throws WorkFailed {
            Settings outputs = Settings.of("outputs", work.outputs(), "files");
            var targets = new ArrayList<Path>();
            for (String file : outputs.texts("files")) {
                try {
                    Path path = Path.of(file).normalize();
                    if (!path.isAbsolute() || path.getFileName() == null) {
                        throw outputs.wrong("files", "a list of absolute paths");
                    }
                    targets.add(path);
                } catch (InvalidPathException refused) {
                    throw outputs.wrong("files", "a list of absolute paths");
                }
            }
            return targets;
        }

        private Program program(Settings settings, List<Path> targets) throws WorkFailed {
            var command = new ArrayList<>(settings.texts("command"));
            if (command.isEmpty() || command.getFirst().isBlank()) {
                throw settings.missing("command");
            }
            Map<String, String> environment = new LinkedHashMap<>(settings.textMap("environment"));
            for (int i = 0; i < targets.size(); i++) {
                String part = work.partOf(targets.get(i)).toString();
                String place = "{output:" + i + "}";
                environment.put("LUMENYARD_OUTPUT_" + i, part);
                command.replaceAll(word -> word.replace(place, part));
            }
            environment.put("LUMENYARD_THREADS", Integer.toString(work.threads()));
            Path folder = settings.path("folder").orElse(bench.scratch());
            if (!Files.isDirectory(folder)) {
                throw new WorkFailed(
                        Reason.MISSING_FILE, "The folder " + folder + " is not there.");
            }
            return new Program(command, environment, folder, false);
        }

        private void execute(Program program) throws WorkFailed, InterruptedException {
            String name = program.command().getFirst();
            var death = new Death("The command " + Path.of(name).getFileName());
            Exit exit =
                    Tool.run(
                            bench,
                            "The command " + name,
                            program,
                            line -> {
                                death.hear(line);
                                heard(line);
                            });
            costs = new Costs(exit.peakMiB(), 0, false);
            if (ownFailure.isPresent()) {
                Reason reason =
                        Telltale.of(ownFailure.get())
                                .map(Telltale::reason)
                                .orElse(Reason.PROGRAM_FAILED);
                throw new WorkFailed(reason, Sentence.end(ownFailure.get()));
            }
            if (!exit.clean()) {
                throw death.explain(exit, "running", lastLine);
            }
        }

        private void heard(String line) {
            bench.log(line);
            if (line.startsWith("openjd_progress: ")) {
                fraction = percentage(line.substring("openjd_progress: ".length())) / 100;
                bench.progress(fraction, status);
            } else if (line.startsWith("openjd_status: ")) {
                status = line.substring("openjd_status: ".length());
                bench.progress(fraction, status);
            } else if (line.startsWith("openjd_fail: ")) {
                ownFailure = Optional.of(line.substring("openjd_fail: ".length()));
            } else if (!line.isBlank()) {
                lastLine = line;
            }
        }

        private double percentage(String text) {
            try {
                double percentage = Double.parseDouble(text.strip());
                return percentage >= 0 && percentage <= 100 ? percentage : fraction * 100;
            } catch (NumberFormatException notANumber) {
                return fraction * 100;
            }
        }

        private void take(int index, Path target, PictureChecks checks)
                throws WorkFailed, InterruptedException {
            Path part = work.partOf(target);
            if (!Files.isRegularFile(part)) {
                throw new WorkFailed(
                        Reason.BAD_OUTPUT,
                        "The command ended with 0 but did not write %s (it is to write it to $LUMENYARD_OUTPUT_%d)."
                                .formatted(target.getFileName(), index));
            }
            try {
                long bytes = Files.size(part);
                Output output =
                        PictureCheck.knows(target)
                                ? picture(index, part, target, bytes, checks)
                                : new Output(part, target, nameOf(target), bytes, 0, 0, 0, null);
                outputs.add(output);
                bench.verified(output);
            } catch (IOException gone) {
                throw new WorkFailed(
                        Reason.BAD_OUTPUT, "The output " + target.getFileName() + " vanished.");
            }
        }

        private Output picture(int index, Path part, Path target, long bytes, PictureChecks checks)
                throws WorkFailed, InterruptedException {
            WholePicture whole = PartFile.checkPicture(part, target);
            Picture picture = whole.picture();
            Path thumbnail = bench.scratch().resolve("thumbnail_" + index + ".jpg");
            ExrThumbnails.Shown shown =
                    picture.format().equals("exr")
                            ? exrThumbnails.make(part, target, thumbnail, bench)
                            : new ExrThumbnails.Shown(
                                    Thumbnails.make(part, thumbnail), Optional.empty());
            checks.look(
                    new PictureChecks.Candidate(
                            part, target, nameOf(target), bytes, whole, shown.pixels()),
                    Frames.neighbour(target, -1),
                    distance -> Frames.neighbour(target, distance));
            return new Output(
                    part,
                    target,
                    nameOf(target),
                    bytes,
                    picture.width(),
                    picture.height(),
                    0,
                    shown.thumbnail().orElse(null));
        }

        private static String nameOf(Path target) {
            return String.valueOf(target.getFileName());
        }

        private static Path folderOf(Path target) {
            Path folder = target.getParent();
            return folder == null ? Path.of("/") : folder;
        }
    }
}
