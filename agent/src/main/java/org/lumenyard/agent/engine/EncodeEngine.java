package org.lumenyard.agent.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a film of numbered pictures with ffmpeg. It counts its pictures before and the film's
 * frames after: ffmpeg itself ends a film at the first gap, and leaves out damaged pictures, with
 * exit code 0.
 *
 * <p>Settings: {@code input} (path with {@code ####} in the frame number's place), {@code frames}
 * (1-24); optional {@code rate} (frames a second, 24), {@code codec} (h264, h265, vp9, av1,
 * prores), {@code quality} (the codec's constant rate factor). Outputs: {@code file}; the extension
 * chooses the container.
 */
public final class EncodeEngine implements Engine {
    private static final String NAME = "encode";

    /**
     * The programs.
     *
     * @param ffprobe null where there is none; ffmpeg then counts
     */
    record Programs(Path ffmpeg, @Nullable Path ffprobe) {}

    private volatile Optional<Programs> programs = Optional.empty();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Installation> discover(Host host) {
        for (Path ffmpeg : candidates(host)) {
            Optional<String> version =
                    Probe.firstMatch(
                            List.of(ffmpeg.toString(), "-version"), "ffmpeg version n?(\\S+) .*");
            if (version.isPresent()) {
                programs = Optional.of(new Programs(ffmpeg, host.find("ffprobe").orElse(null)));
                return List.of(new Installation(NAME, "executable", ffmpeg, version.get()));
            }
        }
        programs = Optional.empty();
        return List.of();
    }

    /** The program itself, or the one that the Python package imageio-ffmpeg carries. */
    private static List<Path> candidates(Host host) {
        var candidates = new ArrayList<Path>(host.all("ffmpeg").toList());
        String question = "import imageio_ffmpeg as f; print('ffmpeg', f.get_ffmpeg_exe())";
        host.toolFolders().stream()
                .map(folder -> folder.resolve("bin").resolve("python3"))
                .filter(java.nio.file.Files::isExecutable)
                .map(python ->
                        Probe.firstMatch(
                                List.of(python.toString(), "-c", question), "ffmpeg (/.*)"))
                .flatMap(Optional::stream)
                .map(Path::of)
                .forEach(candidates::add);
        return candidates;
    }

    @Override
    public Result run(Work work, Bench bench) throws InterruptedException {
        Costs costs = Costs.UNKNOWN;
        try {
            EncodeJob job = EncodeJob.read(work);
            if (work.verified().contains(job.label())) {
                return new Result.Done(List.of(), List.of(), costs);
            }
            Programs found =
                    programs.orElseThrow(() ->
                            new WorkFailed(
                                    Reason.PROGRAM_MISSING,
                                    "ffmpeg is not installed on this node."));
            var run = new EncodeRun(work, job, found, bench);
            try {
                return new Result.Done(List.of(run.encode()), List.of(), run.costs());
            } finally {
                costs = run.costs();
            }
        } catch (WorkFailed failure) {
            return new Result.Failed(
                    failure.reason(), failure.sentence(), List.of(), List.of(), costs);
        }
    }
}
