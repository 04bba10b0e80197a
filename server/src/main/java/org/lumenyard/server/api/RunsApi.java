package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.lumenyard.core.JobId;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;
import org.lumenyard.jobs.FrameRange;
import org.lumenyard.server.api.Shapes.OutputShown;
import org.lumenyard.server.bulk.Logs;
import org.lumenyard.server.bulk.OutputFiles;
import org.lumenyard.server.bulk.Thumbnails;
import org.lumenyard.server.link.Telemetry;
import org.lumenyard.store.pages.AtRevision;
import org.lumenyard.store.pages.JobPage;
import org.lumenyard.store.pages.Pages;
import org.lumenyard.store.pages.RunLine;
import org.lumenyard.store.schema.RunState;

/** One run: what became of it, its log, its pictures, its output files. */
public final class RunsApi {
    private static final int MOST_UPLOAD = 4 << 20;
    private static final int MOST_READ = 4 << 20;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final String UTF_8_TEXT = "text/plain; charset=utf-8";

    private final Pages pages;
    private final Logs logs;
    private final Thumbnails thumbnails;
    private final OutputFiles files;
    private final Telemetry telemetry;
    private final RunShapes shapes;

    public RunsApi(
            Pages pages, Logs logs, Thumbnails thumbnails, OutputFiles files, Telemetry telemetry) {
        this.pages = pages;
        this.logs = logs;
        this.thumbnails = thumbnails;
        this.files = files;
        this.telemetry = telemetry;
        this.shapes = new RunShapes(telemetry);
    }

    void get(Context ctx) {
        AtRevision<RunLine> run = run(ctx);
        Answers.json(ctx, run.revision(), shapes.of(run.value()));
    }

    private AtRevision<RunLine> run(Context ctx) {
        var id = new RunId(Requests.id(ctx, "run"));
        AtRevision<Optional<RunLine>> found = pages.runs().run(id);
        return new AtRevision<>(
                found.revision(), found.value().orElseThrow(() -> unknown(ctx.pathParam("run"))));
    }

    private static Problem unknown(String run) {
        return Problem.of(
                404,
                "unknown_run",
                "There is no run %s; those of an archived job are back when it is unarchived."
                        .formatted(Fields.shown(run)));
    }

    /** A run that exists; one in motion is known without asking the database. */
    private Run known(Context ctx) {
        var id = new RunId(Requests.id(ctx, "run"));
        return telemetry.run(id).orElseGet(() -> run(ctx).value().run());
    }

    // Logs

    void log(Context ctx) throws IOException {
        RunLine run = run(ctx).value();
        Run asked = run.run();
        long offset = Requests.number(ctx, "offset", 0, Long.MAX_VALUE).orElse(0);
        int limit = (int) Requests.number(ctx, "limit", 1, MOST_READ).orElse(1 << 20);
        var tail = Requests.number(ctx, "tail", 1, 10_000);
        boolean follow = Requests.flag(ctx, "follow");
        Logs.Part part =
                tail.isPresent()
                        ? logs.tail(asked.job(), asked.id(), (int) tail.getAsLong())
                        : logs.read(asked.job(), asked.id(), offset, limit);
        if (part.size() == 0 && run.endedAt() != null) {
            refuseDropped(asked.job(), run.endedAt());
        }
        ctx.header("Lumenyard-Log-Size", Long.toString(part.size()))
                .header("Lumenyard-Log-Offset", Long.toString(part.offset()))
                .header(
                        "Lumenyard-Log-Complete",
                        Boolean.toString(part.complete() || run.endedAt() != null))
                .header("Cache-Control", "no-store");
        if (follow) {
            follow(ctx, asked, part);
        } else {
            ctx.contentType(UTF_8_TEXT).result(part.bytes());
        }
    }

    private void refuseDropped(JobId job, long endedAt) {
        OptionalLong dropped = pages.jobs().logsDroppedAt(job);
        if (dropped.isPresent() && dropped.getAsLong() >= endedAt) {
            throw Problem.of(
                    410,
                    "log_dropped",
                    "The job's logs were removed at %s: this farm keeps them for a while only (server.keepLogsFor)."
                            .formatted(Times.text(dropped.getAsLong())));
        }
    }

    /** Stays until the log is closed, or its run is over and nothing more has come for a while. */
    private void follow(Context ctx, Run run, Logs.Part first) throws IOException {
        ctx.disableCompression();
        ctx.res().setContentType(UTF_8_TEXT);
        OutputStream out = ctx.res().getOutputStream();
        Logs.Part part = first;
        int quiet = 0;
        try {
            while (true) {
                out.write(part.bytes());
                out.flush();
                long at = part.offset() + part.bytes().length;
                if (logs.isOver() || (at >= part.size() && (part.complete() || quiet >= 2))) {
                    return;
                }
                if (at >= part.size()) {
                    logs.awaitGrowth(run.job(), run.id(), part.size(), LOOK_AGAIN);
                }
                part = logs.read(run.job(), run.id(), at, 1 << 20);
                quiet =
                        part.bytes().length > 0 || telemetry.run(run.id()).isPresent()
                                ? 0
                                : quiet + 1;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void keepLog(Context ctx) {
        var offset = Requests.number(ctx, "offset", 0, 1L << 50);
        boolean last = Requests.flag(ctx, "final");
        if (offset.isEmpty()) {
            throw Requests.wrong("offset", "is needed");
        }
        Run run = known(ctx);
        byte[] part = Requests.bytes(ctx, MOST_UPLOAD);
        switch (keeping(() -> logs.append(run.job(), run.id(), offset.getAsLong(), part, last))) {
            case Logs.Kept.Whole whole ->
                    ctx.header("Lumenyard-Log-Size", Long.toString(whole.size())).status(204);
            case Logs.Kept.Gap gap ->
                    throw Problem.of(
                                    409,
                                    "log_gap",
                                    "What comes before is missing: send from "
                                            + gap.expected()
                                            + ".")
                            .with("Lumenyard-Log-Size", Long.toString(gap.expected()));
        }
    }

    // Pictures and files

    void thumbnail(Context ctx) throws IOException {
        var run = new RunId(Requests.id(ctx, "run"));
        String label = label(ctx);
        Optional<Thumbnails.Picture> found = thumbnails.find(run, label);
        if (found.isEmpty() && label.equals("latest")) {
            found = thumbnails.latest(run);
        }
        Thumbnails.Picture picture = found.orElseThrow(() -> Problem.unknown("thumbnail", label));
        Optional<RunState> state =
                telemetry.run(run).isPresent() ? Optional.of(RunState.RUNNING) : Optional.empty();
        // A run's pictures do not change once it has ended, and its id is never used again.
        ctx.header(
                "Cache-Control",
                state.isPresent() || label.equals("latest")
                        ? "no-cache"
                        : "private, max-age=86400");
        ctx.header("Content-Security-Policy", OutputFiles.POLICY);
        ctx.contentType(picture.mediaType()).result(picture.bytes());
    }

    void keepThumbnail(Context ctx) {
        String label = label(ctx);
        RunId run = known(ctx).id();
        byte[] picture = Requests.bytes(ctx, Thumbnails.MOST_BYTES);
        if (!keeping(() -> thumbnails.keep(run, label, picture))) {
            throw Problem.of(415, "bad_media_type", "A thumbnail is PNG, JPEG or WebP.");
        }
        ctx.status(204);
    }

    /** Writes a file; a full disk is nobody's fault who asks, and may be over soon. */
    private static <T> T keeping(Callable<T> writing) {
        try {
            return writing.call();
        } catch (IOException e) {
            throw Problems.unavailable("It could not be written: " + e.getMessage());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String label(Context ctx) {
        String label = ctx.pathParam("label");
        if (label.length() > 100 || !Fields.storable(label)) {
            throw Requests.wrong("label", "has to have at most 100 characters");
        }
        return label;
    }

    /**
     * A file that a run recorded, and no other. An end is reported after its files have their
     * names, also of a run that failed on a later frame.
     */
    void output(Context ctx) throws IOException {
        String label = label(ctx);
        RunLine run = run(ctx).value();
        OutputShown output =
                shapes.outputs(run).stream()
                        .filter(o -> o.label().equals(label) && run.endedAt() != null)
                        .findFirst()
                        .orElseThrow(() -> Problem.unknown("output", label));
        Path file =
                files.find(output.path())
                        .orElseThrow(() ->
                                Problem.of(
                                        404,
                                        "unknown_output",
                                        "The file is gone, or lies outside the folders that this server may show."));
        OutputSender.send(ctx, file);
    }

    /** The files of a step in one archive. */
    void zip(Context ctx) throws IOException {
        var job = new JobId(Requests.id(ctx, "job"));
        JobPage page =
                pages.jobs()
                        .job(job)
                        .value()
                        .orElseThrow(() -> Problem.unknown("job", ctx.pathParam("job")));
        Archived.refuse(page.job());
        StepId step = step(ctx, page);
        FrameRange frames = Requests.text(ctx, "frames", 2_000).map(RunsApi::frames).orElse(null);
        var zip = new OutputsZip(pages, new TaskOutputs(pages, shapes), files);
        OutputsZip.Content content = zip.select(step, frames);
        String name =
                URLEncoder.encode(page.job().name() + ".zip", StandardCharsets.UTF_8)
                        .replace("+", "%20");
        ctx.disableCompression();
        ctx.res().setContentType("application/zip");
        ctx.res().setHeader("Content-Disposition", "attachment; filename*=UTF-8''" + name);
        ctx.res().setHeader("Cache-Control", "private, no-store");
        try {
            OutputsZip.write(content, ctx.res().getOutputStream());
        } catch (IOException e) {
            OutputsZip.cutOff(ctx.req(), e);
            throw e;
        }
    }

    private static StepId step(Context ctx, JobPage page) {
        Optional<String> asked = Requests.text(ctx, "step", 20);
        if (asked.isEmpty()) {
            return page.steps().getFirst().id();
        }
        var id = ShortId.read(asked.get());
        return page.steps().stream()
                .map(JobPage.StepLine::id)
                .filter(step -> id.isPresent() && step.value() == id.getAsLong())
                .findFirst()
                .orElseThrow(() -> Problem.unknown("step", asked.get()));
    }

    private static FrameRange frames(String text) {
        try {
            return FrameRange.parse(text);
        } catch (IllegalArgumentException e) {
            throw Requests.wrong("frames", "has to be frames such as 1-10,15");
        }
    }
}
