package org.lumenyard.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Run;
import org.lumenyard.server.api.Shapes.OutputShown;
import org.lumenyard.server.api.Shapes.RunShown;
import org.lumenyard.server.bulk.MediaTypes;
import org.lumenyard.server.link.Telemetry;
import org.lumenyard.server.live.Progress;
import org.lumenyard.store.pages.RunLine;

/** Runs and their outputs as the API shows them: rows, and what was heard of them last. */
final class RunShapes {
    private final Telemetry telemetry;

    RunShapes(Telemetry telemetry) {
        this.telemetry = telemetry;
    }

    RunShown of(RunLine line) {
        Run run = line.run();
        Progress progress =
                line.endedAt() == null ? telemetry.progress(run.id()).orElse(null) : null;
        JsonNode details = details(line);
        boolean ended = line.endedAt() != null;
        return new RunShown(
                ShortId.of(run.id().value()),
                ShortId.of(run.job().value()),
                line.jobName(),
                ShortId.of(run.step().value()),
                line.stepName(),
                run.index(),
                run.label(),
                run.round(),
                ShortId.of(run.node().value()),
                line.nodeName(),
                Fields.word(line.state()),
                Times.text(run.placedAt()),
                Times.textOrNull(line.startedAt()),
                Times.textOrNull(line.endedAt()),
                line.reason(),
                line.sentence(),
                seconds(line.loadMillis()),
                seconds(line.runMillis()),
                line.peakMebibytes() == null || line.peakMebibytes() == 0
                        ? null
                        : line.peakMebibytes(),
                progress == null ? null : progress.fraction(),
                progress == null ? null : progress.text(),
                ended && run.instance() != null ? isWarm(line) : null,
                outputs(line, details),
                texts(details.path("warnings")));
    }

    private static boolean isWarm(RunLine line) {
        return line.loadMillis() != null && line.loadMillis() == 0;
    }

    private static @Nullable Double seconds(@Nullable Long millis) {
        return millis == null ? null : millis / 1000.0;
    }

    static JsonNode details(RunLine line) {
        return Json.lenient(line.details() == null ? "{}" : line.details());
    }

    List<OutputShown> outputs(RunLine line) {
        return outputs(line, details(line));
    }

    private static List<OutputShown> outputs(RunLine line, JsonNode details) {
        var outputs = new ArrayList<OutputShown>();
        for (JsonNode output : details.path("outputs")) {
            outputs.add(output(line, output));
        }
        return outputs;
    }

    private static OutputShown output(RunLine line, JsonNode output) {
        String run = ShortId.of(line.run().id().value());
        String label = output.path("label").asText(line.run().label());
        String path = output.path("path").asText("");
        String escaped = URLEncoder.encode(label, StandardCharsets.UTF_8).replace("+", "%20");
        String base = "/api/v1/runs/" + run;
        return new OutputShown(
                ShortId.of(line.run().step().value()),
                line.run().index(),
                label,
                run,
                path,
                output.has("bytes") ? output.path("bytes").asLong() : null,
                output.has("width") ? output.path("width").asInt() : null,
                output.has("height") ? output.path("height").asInt() : null,
                output.path("thumbnail").asBoolean() ? base + "/thumbnails/" + escaped : null,
                base + "/outputs/" + escaped,
                MediaTypes.shown(path).orElse(null));
    }

    static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
