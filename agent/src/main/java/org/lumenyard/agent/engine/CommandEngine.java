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
import org.jspecify.annotations.Nullable;

/**
 * Runs any command. It succeeds when the command exits with 0 and every declared output is there; a
 * declared picture must also be whole.
 *
 * <p>Settings: {@code command} (a list: program and arguments, no shell), optional {@code
 * environment} (names and texts), {@code folder} (where it runs). Outputs: {@code files}, a list of
 * paths. The command is to write output number i (from 0) under another name, which it finds in the
 * variable {@code LUMENYARD_OUTPUT_<i>} and, in its arguments, in place of {@code {output:<i>}};
 * the agent gives it its own name once it counts. Lines {@code openjd_progress: 40}, {@code
 * openjd_status: text} and {@code openjd_fail: text} are understood as in Open Job Description.
 */
public final class CommandEngine implements Engine {
    @Override
    public String name() {
        return "command";
    }

    /** Every host can run commands. */
    @Override
    public List<Installation> discover(Host host) {
        return List.of(new Installation("command", "builtin", Path.of("/"), "1.0"));
    }

    @Override
    public Result run(Work work, Bench bench) throws InterruptedException {
        var run = new CommandRun(work, bench);
        try {
            run.run();
            return new Result.Done(run.outputs, List.of(), run.costs);
        } catch (WorkFailed failure) {
            return new Result.Failed(
                    failure.reason(), failure.sentence(), run.outputs, List.of(), run.costs);
        }
    }

    private static final class CommandRun {
        private final Work work;
        private final Bench bench;
        private final List<Output> outputs = new ArrayList<>();
        private Costs costs = Costs.UNKNOWN;
        private double fraction;
        private String status = "running";
        private String lastLine = "";
        private Optional<String> ownFailure = Optional.empty();

        CommandRun(Work work, Bench bench) {
            this.work = work;
            this.bench = bench;
        }

        void run() throws WorkFailed, InterruptedException {
            Settings settings =
                    Settings.ofEngine(work, "command", "environment", "folder");
            List<Path> targets = targets();
            Program program = program(settings, targets);
            for (Path target : targets) {
                OutputFolder.prepare(folderOf(target));
            }
            boolean good = false;
            try {
                execute(program);
                for (int i = 0; i < targets.size(); i++) {
                    take(i, targets.get(i));
                }
                good = true;
            } finally {
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

        private void take(int index, Path target) throws WorkFailed {
            Path part = work.partOf(target);
            if (!Files.isRegularFile(part)) {
                throw new WorkFailed(
                        Reason.BAD_OUTPUT,
                        "The command ended with 0 but did not write %s (it is to write it to $LUMENYARD_OUTPUT_%d)."
                                .formatted(target.getFileName(), index));
            }
            boolean isPicture = PictureCheck.knows(target);
            Picture picture =
                    isPicture ? PartFile.checkPicture(part, target) : new Picture("", 0, 0);
            Path thumbnail = bench.scratch().resolve("thumbnail_" + index + ".jpg");
            @Nullable Path shown = isPicture ? Thumbnails.make(part, thumbnail).orElse(null) : null;
            try {
                var output =
                        new Output(
                                part,
                                target,
                                target.getFileName().toString(),
                                Files.size(part),
                                picture.width(),
                                picture.height(),
                                0,
                                shown);
                outputs.add(output);
                bench.verified(output);
            } catch (IOException gone) {
                throw new WorkFailed(
                        Reason.BAD_OUTPUT, "The output " + target.getFileName() + " vanished.");
            }
        }

        private static Path folderOf(Path target) {
            Path folder = target.getParent();
            return folder == null ? Path.of("/") : folder;
        }
    }
}
