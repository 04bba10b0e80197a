package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Renders pictures with no program installed: a small native program of our own draws an evening by
 * the sea. For first steps, and for tests that need real processes in numbers.
 *
 * <p>Settings: {@code frames}; optional {@code width} (640), {@code height} (360), {@code seconds}
 * (how long a frame takes, 1), {@code failFrames} (frames that fail), {@code pictureChecks}, {@code
 * timeLimit}, {@code lockFolder} (for tests: a lock per frame and a record). Outputs: {@code
 * folder}, {@code pattern} (name_####.png).
 */
public final class TestPatternEngine implements Engine {
    private static final String NAME = "testpattern";
    private static final int TWICE_AT_ONCE = 3;

    private final Path program;

    /**
     * Makes the engine and puts its program in place.
     *
     * @param home a folder of the agent's own, there already, from which programs can be started
     * @throws IOException when the program cannot be written there
     */
    public TestPatternEngine(Path home) throws IOException {
        program = Bundled.unpack("/guard/testpattern", home, true);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Installation> discover(Host host) {
        return List.of(new Installation(NAME, "builtin", program, "1.0"));
    }

    @Override
    public Result run(Work work, Bench bench) throws InterruptedException {
        var run = new PatternRun(work, bench);
        try {
            run.run();
            return new Result.Done(run.outputs, run.warnings, run.costs());
        } catch (WorkFailed failure) {
            return new Result.Failed(
                    failure.reason(), failure.sentence(), run.outputs, run.warnings, run.costs());
        }
    }

    /** Looks at what a good picture seldom is. */
    private interface Look {
        void at(PictureChecks.Candidate candidate) throws WorkFailed;
    }

    private final class PatternRun {
        private final Work work;
        private final Bench bench;
        private final List<Output> outputs = new ArrayList<>();
        private long peakMiB;
        private Optional<String> complaint = Optional.empty();
        private List<String> warnings = List.of();

        PatternRun(Work work, Bench bench) {
            this.work = work;
            this.bench = bench;
        }

        Costs costs() {
            return new Costs(peakMiB, 0, false);
        }

        void run() throws WorkFailed, InterruptedException {
            Settings settings =
                    Settings.ofEngine(
                            work,
                            "frames",
                            "width",
                            "height",
                            "seconds",
                            "failFrames",
                            PictureChecks.NAME,
                            "lockFolder");
            Settings target = Settings.of("outputs", work.outputs(), "folder", "pattern");
            String pattern = BlenderJob.namePattern(target);
            if (!pattern.toLowerCase(java.util.Locale.ROOT).endsWith(".png")) {
                throw target.wrong("pattern", "a name that ends with .png");
            }
            Path folder = target.neededPath("folder");
            List<Integer> frames =
                    settings.frames("frames").stream()
                            .filter(frame -> !work.verified().contains(Integer.toString(frame)))
                            .toList();
            Set<Integer> failing =
                    settings.has("failFrames")
                            ? new HashSet<>(settings.frames("failFrames"))
                            : Set.of();
            OutputFolder.prepare(folder);
            var checks = new PictureChecks(settings, bench);
            try {
                renderAll(
                        settings,
                        frames,
                        failing,
                        frame -> folder.resolve(Frames.name(pattern, frame)),
                        checks);
            } finally {
                warnings = checks.warnings();
            }
        }

        private void renderAll(
                Settings settings,
                List<Integer> frames,
                Set<Integer> failing,
                IntFunction<Path> targets,
                PictureChecks checks)
                throws WorkFailed, InterruptedException {
            for (int i = 0; i < frames.size(); i++) {
                int frame = frames.get(i);
                if (failing.contains(frame)) {
                    bench.log("error: frame " + frame + " is one of failFrames");
                    throw new WorkFailed(
                            Reason.PROGRAM_FAILED,
                            "Frame " + frame + " failed because the job asks for it.");
                }
                Path before = targets.apply(i == 0 ? frame - 1 : frames.get(i - 1));
                render(
                        settings,
                        targets.apply(frame),
                        frame,
                        i,
                        frames.size(),
                        candidate ->
                                checks.look(
                                        candidate,
                                        Optional.of(before),
                                        distance -> Optional.of(targets.apply(frame + distance))));
            }
        }

        private void render(
                Settings settings, Path target, int frame, int index, int count, Look look)
                throws WorkFailed, InterruptedException {
            Path part = work.partOf(target);
            int width = settings.integer("width", 1, 16_384).orElse(640);
            int height = settings.integer("height", 1, 16_384).orElse(360);
            var command = new ArrayList<String>();
            command.addAll(List.of(program.toString(), "" + frame, "" + width, "" + height));
            command.addAll(
                    List.of("" + settings.number("seconds", 0, 86_400).orElse(1), part.toString()));
            Optional<Path> lockFolder = settings.path("lockFolder");
            lockFolder.ifPresent(
                    folder -> command.addAll(List.of(folder.toString(), "" + work.run())));
            boolean good = false;
            long began = System.nanoTime();
            try {
                execute(command, frame, index, count);
                double seconds = (System.nanoTime() - began) / 1e9;
                take(part, target, frame, width, height, seconds, look);
                good = true;
            } finally {
                if (!good) {
                    PartFile.discard(part);
                }
            }
            bench.progress((index + 1.0) / count, "frame " + frame + " done");
        }

        private void execute(List<String> command, int frame, int index, int count)
                throws WorkFailed, InterruptedException {
            complaint = Optional.empty();
            var death = new Death("The test pattern");
            bench.log("Rendering frame " + frame);
            Exit exit =
                    Tool.run(
                            bench,
                            "The test pattern",
                            Program.of(bench.scratch(), command),
                            line -> heard(line, frame, index, count));
            peakMiB = Math.max(peakMiB, exit.peakMiB());
            if (!exit.clean()) {
                throw failure(death, exit, frame);
            }
        }

        private void heard(String line, int frame, int index, int count) {
            if (line.startsWith("progress ")) {
                double fraction = Double.parseDouble(line.substring("progress ".length()));
                bench.progress((index + fraction) / count, "frame " + frame);
                return;
            }
            bench.log(line);
            if (line.startsWith("error: ")) {
                complaint = Optional.of(line.substring("error: ".length()));
            }
        }

        private WorkFailed failure(Death death, Exit exit, int frame) {
            String said = complaint.orElse("");
            if (exit.code() == TWICE_AT_ONCE) {
                return new WorkFailed(
                        Reason.TWICE_AT_ONCE,
                        "Frame " + frame + " is being rendered twice at once.");
            }
            if (said.contains("No space left") || said.contains("quota")) {
                return new WorkFailed(Reason.DISK_FULL, "The disk of the output folder is full.");
            }
            if (said.startsWith("cannot write")) {
                return new WorkFailed(Reason.OUTPUT_FOLDER, "The picture " + Sentence.end(said));
            }
            return death.explain(exit, "rendering frame " + frame, said);
        }

        private void take(
                Path part, Path target, int frame, int width, int height, double seconds, Look look)
                throws WorkFailed {
            WholePicture whole = PartFile.checkPicture(part, target);
            Picture picture = whole.picture();
            if (picture.width() != width || picture.height() != height) {
                throw new WorkFailed(
                        Reason.BAD_OUTPUT,
                        "The picture " + target.getFileName() + " is of the wrong size.");
            }
            Path thumbnail = bench.scratch().resolve("thumbnail_" + frame + ".jpg");
            try {
                long bytes = Files.size(part);
                String label = Integer.toString(frame);
                look.at(
                        new PictureChecks.Candidate(
                                part, target, label, bytes, whole, Optional.empty()));
                var output =
                        new Output(
                                part,
                                target,
                                label,
                                bytes,
                                width,
                                height,
                                seconds,
                                Thumbnails.make(part, thumbnail).orElse(null));
                outputs.add(output);
                bench.verified(output);
            } catch (IOException gone) {
                throw new WorkFailed(
                        Reason.BAD_OUTPUT, "The picture " + target.getFileName() + " vanished.");
            }
        }
    }
}
