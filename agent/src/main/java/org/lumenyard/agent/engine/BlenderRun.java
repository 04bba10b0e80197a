package org.lumenyard.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One run of the Blender engine: opens the scene, renders its frames one by one, checks each. */
final class BlenderRun {
    private static final int SHOWN_MISSING = 20;

    private final Work work;
    private final BlenderJob job;
    private final Bench bench;
    private final ExrThumbnails exrThumbnails;
    private final List<Output> outputs = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final PictureChecks checks;
    private Costs costs = Costs.UNKNOWN;

    BlenderRun(Work work, BlenderJob job, Bench bench, ExrThumbnails exrThumbnails)
            throws WorkFailed {
        this.work = work;
        this.job = job;
        this.bench = bench;
        this.exrThumbnails = exrThumbnails;
        this.checks = new PictureChecks(Settings.any("settings", work.settings()), bench);
    }

    Result done() {
        return new Result.Done(outputs, allWarnings(), costs);
    }

    Result failed(WorkFailed failure) {
        return new Result.Failed(
                failure.reason(), failure.sentence(), outputs, allWarnings(), costs);
    }

    private List<String> allWarnings() {
        return Stream.concat(warnings.stream(), checks.warnings().stream()).toList();
    }

    /** Renders all frames through that process. */
    void render(BlenderTalk talk, boolean isNew) throws WorkFailed, InterruptedException {
        try {
            if (isNew) {
                talk.awaitReady();
            }
            JsonNode opened = open(talk, isNew);
            ObjectNode wishes = job.wishes().deepCopy();
            String format = job.formatFor(opened.path("format").asText());
            wishes.put("format", format);
            JsonNode prepared = talk.ask(wishes, "preparing the scene", line -> {});
            warnOfDevice(prepared);
            for (int i = 0; i < job.frames().size(); i++) {
                frame(talk, i, format, prepared.path("layers").asInt(1));
            }
        } finally {
            costs = new Costs(talk.peakMiB(), costs.loadSeconds(), costs.warm());
        }
    }

    private JsonNode open(BlenderTalk talk, boolean isNew) throws WorkFailed, InterruptedException {
        bench.progress(0, "opening the scene");
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("op", "open");
        request.put("scene", job.scene().toString());
        request.put("allowScripts", job.allowScripts());
        JsonNode opened = talk.ask(request, "opening the scene", line -> {});
        boolean reused = opened.path("reused").asBoolean();
        costs = new Costs(0, opened.path("seconds").asDouble(), reused && !isNew);
        warnOfMissing(opened.path("missing"));
        return opened;
    }

    private void warnOfMissing(JsonNode missing) {
        int count = missing.size();
        if (count == 0) {
            return;
        }
        var shown = new ArrayList<String>();
        for (int i = 0; i < Math.min(count, SHOWN_MISSING); i++) {
            shown.add(missing.path(i).asText());
        }
        String more = count > SHOWN_MISSING ? " and " + (count - SHOWN_MISSING) + " more" : "";
        String files = count == 1 ? "a file that is" : count + " files that are";
        warn("The scene needs " + files + " not there: " + String.join(", ", shown) + more + ".");
    }

    private void warnOfDevice(JsonNode prepared) {
        if (prepared.path("sceneWantsGpu").asBoolean()
                && prepared.path("device").asText().equals("CPU")) {
            warn(
                    "The scene is set to render on the GPU; the job says CPU, so it was rendered on the CPU.");
        }
    }

    void warn(String sentence) {
        warnings.add(sentence);
        bench.log("Warning: " + sentence);
    }

    private void frame(BlenderTalk talk, int index, String format, int layers)
            throws WorkFailed, InterruptedException {
        int frame = job.frames().get(index);
        Path target = job.target(frame, format);
        Path part = work.partOf(target);
        boolean good = false;
        try {
            ObjectNode request = JsonNodeFactory.instance.objectNode();
            request.put("op", "render");
            request.put("frame", frame);
            request.put("part", part.toString());
            JsonNode rendered =
                    talk.ask(request, "rendering frame " + frame, progressOf(index, layers));
            WholePicture whole = verify(part, target, rendered);
            Picture picture = whole.picture();
            ExrThumbnails.Shown shown = show(talk, part, target, picture, frame);
            var candidate =
                    new PictureChecks.Candidate(
                            part,
                            target,
                            Integer.toString(frame),
                            sizeOf(part),
                            whole,
                            shown.pixels());
            int before = index == 0 ? frame - 1 : job.frames().get(index - 1);
            checks.look(
                    candidate,
                    Optional.of(job.target(before, format)),
                    distance -> Optional.of(job.target(frame + distance, format)));
            var output =
                    new Output(
                            part,
                            target,
                            Integer.toString(frame),
                            candidate.bytes(),
                            picture.width(),
                            picture.height(),
                            rendered.path("seconds").asDouble(),
                            shown.thumbnail().orElse(null));
            outputs.add(output);
            bench.verified(output);
            good = true;
        } finally {
            if (!good) {
                PartFile.discard(part);
            }
        }
        bench.progress((index + 1.0) / job.frames().size(), "frame " + frame + " done");
    }

    private WholePicture verify(Path part, Path target, JsonNode rendered) throws WorkFailed {
        WholePicture whole = PartFile.checkPicture(part, target);
        Picture picture = whole.picture();
        int width = rendered.path("width").asInt();
        int height = rendered.path("height").asInt();
        if (width > 0 && (picture.width() != width || picture.height() != height)) {
            throw new WorkFailed(
                    Reason.BAD_OUTPUT,
                    "The picture %s is %d x %d pixels in place of %d x %d."
                            .formatted(
                                    target.getFileName(),
                                    picture.width(),
                                    picture.height(),
                                    width,
                                    height));
        }
        return whole;
    }

    private ExrThumbnails.Shown show(
            BlenderTalk talk, Path part, Path target, Picture picture, int frame)
            throws WorkFailed, InterruptedException {
        Path thumbnail = bench.scratch().resolve("thumbnail_" + frame + ".jpg");
        if (!picture.format().equals("exr")) {
            return new ExrThumbnails.Shown(Thumbnails.make(part, thumbnail), Optional.empty());
        }
        if (exrThumbnails.isInstalled()) {
            return exrThumbnails.make(part, target, thumbnail, bench);
        }
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("op", "thumbnail");
        request.put("picture", part.toString());
        request.put("thumbnail", thumbnail.toString());
        request.put("width", Thumbnails.WIDTH);
        try {
            talk.ask(request, "making a thumbnail", line -> {});
            var made = Optional.of(thumbnail).filter(Files::isRegularFile);
            return new ExrThumbnails.Shown(made, Optional.empty());
        } catch (WorkFailed notShown) {
            return ExrThumbnails.Shown.NOTHING; // a picture without a thumbnail is no failure
        }
    }

    /**
     * Turns Blender's lines into the run's progress; a picture has a share of it per view layer.
     */
    private Consumer<BlenderLine> progressOf(int index, int layers) {
        Set<String> seen = new HashSet<>();
        return line -> {
            if (line
                    instanceof
                    BlenderLine.Progress(int frame, String layer, double fraction, String text)) {
                if (fraction > 0) {
                    seen.add(layer);
                }
                double ofFrame = Math.min(1, (Math.max(0, seen.size() - 1) + fraction) / layers);
                bench.progress(
                        (index + ofFrame) / job.frames().size(), "frame " + frame + ", " + text);
            }
        };
    }

    private static long sizeOf(Path file) throws WorkFailed {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            throw new WorkFailed(
                    Reason.BAD_OUTPUT, "The picture " + file.getFileName() + " vanished.");
        }
    }
}
