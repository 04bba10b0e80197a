package org.lumenyard.agent.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One run of ffmpeg, and the check of what it made. */
final class EncodeRun {
    private static final Pattern VIDEO_SIZE =
            Pattern.compile(".*Video: .*?[ ,](\\d{1,5})x(\\d{1,5})[ ,].*");
    private static final Pattern FRAME = Pattern.compile("frame= *(\\d{1,18})(?: .*)?");
    private static final Pattern COUNTED = Pattern.compile("(\\w+)=(\\d{1,18})");

    /** What a film was found to be. */
    private record Film(long frames, int width, int height) {}

    private final Work work;
    private final EncodeJob job;
    private final EncodeEngine.Programs programs;
    private final Bench bench;
    private final Path part;
    private final Death death = new Death("ffmpeg");
    private long peakMiB;
    private String lastComplaint = "";
    private boolean diskFull;

    EncodeRun(Work work, EncodeJob job, EncodeEngine.Programs programs, Bench bench) {
        this.work = work;
        this.job = job;
        this.programs = programs;
        this.bench = bench;
        this.part = work.partOf(job.film());
    }

    Costs costs() {
        return new Costs(peakMiB, 0, false);
    }

    /** Encodes, verifies, and tells what was made. */
    Output encode() throws WorkFailed, InterruptedException {
        OutputFolder.prepare(folder());
        boolean good = false;
        long began = System.nanoTime();
        try {
            Path pictures = linkPictures();
            Exit exit =
                    Tool.run(
                            bench,
                            "ffmpeg",
                            Program.of(bench.scratch(), command(pictures)),
                            this::heard);
            peakMiB = Math.max(peakMiB, exit.peakMiB());
            if (!exit.clean()) {
                throw failure(exit);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            Film film = inspect();
            if (film.frames() != job.pictures().size()) {
                throw new WorkFailed(
                        Reason.BAD_OUTPUT,
                        "The film %s has %d frames in place of %d; a picture may be damaged."
                                .formatted(job.label(), film.frames(), job.pictures().size()));
            }
            long bytes = Files.size(part);
            var output =
                    new Output(
                            part,
                            job.film(),
                            job.label(),
                            bytes,
                            film.width(),
                            film.height(),
                            seconds,
                            thumbnail());
            bench.progress(1, "film done");
            bench.verified(output);
            good = true;
            return output;
        } catch (IOException failed) {
            throw new WorkFailed(
                    Reason.PROGRAM_FAILED,
                    "The film cannot be made: "
                            + Sentence.end(String.valueOf(failed.getMessage())));
        } finally {
            if (!good) {
                PartFile.discard(part);
            }
        }
    }

    private Path folder() {
        Path folder = job.film().getParent();
        return folder == null ? Path.of("/") : folder;
    }

    /**
     * Numbers the pictures from 0 without a gap, by links: so any steps between frames will do, and
     * no character in a path means anything to ffmpeg.
     */
    private Path linkPictures() throws IOException {
        Path folder = Files.createTempDirectory(bench.scratch(), "pictures-");
        String name = job.pictures().getFirst().getFileName().toString();
        String extension =
                name.contains(".")
                        ? name.substring(name.lastIndexOf('.')).toLowerCase(Locale.ROOT)
                        : "";
        for (int i = 0; i < job.pictures().size(); i++) {
            Files.createSymbolicLink(
                    folder.resolve("%07d%s".formatted(i, extension)), job.pictures().get(i));
        }
        return folder.resolve("%07d" + extension);
    }

    private List<String> command(Path pictures) {
        var command = new ArrayList<String>();
        command.addAll(
                List.of(
                        programs.ffmpeg().toString(),
                        "-nostdin",
                        "-nostats",
                        "-hide_banner",
                        "-y"));
        command.addAll(
                List.of(
                        "-loglevel",
                        "warning",
                        "-xerror",
                        "-progress",
                        "pipe:1",
                        "-stats_period",
                        "0.5"));
        if (pictures.toString().endsWith(".exr")) {
            // Linear light, which a film cannot hold.
            command.addAll(List.of("-apply_trc", "iec61966_2_1"));
        }
        command.addAll(List.of("-f", "image2", "-framerate", job.rate(), "-start_number", "0"));
        // The path is a pattern here, and the folder's name is not ours to trust.
        String folder = pictures.getParent() + "/";
        command.addAll(List.of("-i", folder.replace("%", "%%") + pictures.getFileName()));
        command.addAll(List.of("-vf", filter(), "-r", job.rate()));
        command.addAll(
                List.of(
                        "-colorspace",
                        "bt709",
                        "-color_primaries",
                        "bt709",
                        "-color_trc",
                        "bt709"));
        command.addAll(List.of("-threads", Integer.toString(work.threads())));
        command.addAll(job.codec().arguments(job.quality()));
        String container =
                job.label().substring(job.label().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (List.of("mp4", "m4v", "mov").contains(container)) {
            command.addAll(List.of("-movflags", "+faststart"));
        }
        command.add("file:" + part);
        return command;
    }

    /** Even sides, which 4:2:0 needs, by a black row or column; and the colours of HD video. */
    private String filter() {
        return "pad=ceil(iw/2)*2:ceil(ih/2)*2,scale=out_color_matrix=bt709:out_range=tv,format="
                + job.codec().pixels();
    }

    private void heard(String line) {
        Matcher encoded = FRAME.matcher(line);
        if (encoded.matches()) {
            long frame = Long.parseLong(encoded.group(1));
            double fraction = Math.min(1, (double) frame / job.pictures().size());
            bench.progress(fraction, "frame " + frame + " of " + job.pictures().size());
        } else if (!line.matches("\\w+=.*")) {
            bench.log(line);
            death.hear(line);
            diskFull |= line.contains("No space left");
            boolean says = !line.isBlank() && !line.equals("Conversion failed!");
            lastComplaint = says ? line.replaceAll("^\\[[^]]*] ", "") : lastComplaint;
        }
    }

    private WorkFailed failure(Exit exit) {
        if (diskFull) {
            return new WorkFailed(Reason.DISK_FULL, "The disk of " + folder() + " is full.");
        }
        if (lastComplaint.contains("Unknown encoder")) {
            String codec = job.codec().name().toLowerCase(Locale.ROOT);
            return new WorkFailed(
                    Reason.PROGRAM_MISSING, "This node's ffmpeg cannot write " + codec + ".");
        }
        return death.explain(exit, "encoding " + job.label(), lastComplaint);
    }

    private Film inspect() throws WorkFailed, InterruptedException {
        Path ffprobe = programs.ffprobe();
        Film film = ffprobe == null ? decoded() : probed(ffprobe);
        if (film.width() == 0) {
            throw new WorkFailed(Reason.BAD_OUTPUT, "The film " + job.label() + " cannot be read.");
        }
        return film;
    }

    private Film probed(Path ffprobe) throws WorkFailed, InterruptedException {
        List<String> command =
                List.of(
                        ffprobe.toString(),
                        "-v",
                        "error",
                        "-count_frames",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "stream=nb_read_frames,width,height",
                        "-of",
                        "default=noprint_wrappers=1",
                        "file:" + part);
        var frames = new AtomicLong();
        var width = new AtomicLong();
        var height = new AtomicLong();
        Tool.run(
                bench,
                "ffprobe",
                Program.of(bench.scratch(), command),
                line -> {
                    Matcher counted = COUNTED.matcher(line);
                    if (!counted.matches()) {
                        bench.log(line);
                        return;
                    }
                    long value = Long.parseLong(counted.group(2));
                    switch (counted.group(1)) {
                        case "width" -> width.set(value);
                        case "height" -> height.set(value);
                        case "nb_read_frames" -> frames.set(value);
                        default -> bench.log(line);
                    }
                });
        return new Film(frames.get(), width.intValue(), height.intValue());
    }

    /** Where there is no ffprobe: decodes the whole film and counts. */
    private Film decoded() throws WorkFailed, InterruptedException {
        List<String> command =
                List.of(
                        programs.ffmpeg().toString(),
                        "-nostdin",
                        "-nostats",
                        "-hide_banner",
                        "-progress",
                        "pipe:1",
                        "-i",
                        "file:" + part,
                        "-map",
                        "0:v:0",
                        "-f",
                        "null",
                        "-");
        var frames = new AtomicLong();
        var size = new ArrayList<Integer>();
        Tool.run(
                bench,
                "ffmpeg",
                Program.of(bench.scratch(), command),
                line -> {
                    Matcher video = VIDEO_SIZE.matcher(line);
                    Matcher decoded = FRAME.matcher(line);
                    if (decoded.matches()) {
                        frames.set(Long.parseLong(decoded.group(1)));
                    } else if (size.isEmpty() && video.matches()) {
                        size.add(Integer.parseInt(video.group(1)));
                        size.add(Integer.parseInt(video.group(2)));
                    }
                });
        return size.isEmpty()
                ? new Film(0, 0, 0)
                : new Film(frames.get(), size.get(0), size.get(1));
    }

    /** The picture in the middle stands for the film. */
    private @Nullable Path thumbnail() throws WorkFailed, InterruptedException {
        Path picture = job.pictures().get(job.pictures().size() / 2);
        Path thumbnail = bench.scratch().resolve("thumbnail_film.jpg");
        if (!picture.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".exr")) {
            return Thumbnails.make(picture, thumbnail).orElse(null);
        }
        String middle = Double.toString(job.pictures().size() / 2 / Double.parseDouble(job.rate()));
        List<String> command =
                List.of(
                        programs.ffmpeg().toString(),
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-y",
                        "-ss",
                        middle,
                        "-i",
                        "file:" + part,
                        "-frames:v",
                        "1",
                        "-vf",
                        "scale=min(" + Thumbnails.WIDTH + "\\,iw):-2",
                        "-update",
                        "1",
                        thumbnail.toString());
        boolean made =
                Tool.run(bench, "ffmpeg", Program.of(bench.scratch(), command), bench::log).clean();
        return made && Files.isRegularFile(thumbnail) ? thumbnail : null;
    }
}
