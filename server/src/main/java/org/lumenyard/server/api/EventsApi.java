package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.lumenyard.core.JobId;
import org.lumenyard.core.NodeId;
import org.lumenyard.server.live.Follower;
import org.lumenyard.server.live.Follower.News;
import org.lumenyard.server.live.Live;
import org.lumenyard.server.live.Progress;

/** The stream of what changed. The request's own virtual thread stays and writes it. */
final class EventsApi {
    private static final long BEAT_MILLIS = 15_000;
    private static final long SPACING_MILLIS = 250;

    /** A running run's progress, as pages are told. */
    record RunProgress(
            String run, String job, String step, long index, double progress, String text) {
        static RunProgress of(Progress said) {
            return new RunProgress(
                    ShortId.of(said.run().id().value()),
                    ShortId.of(said.run().job().value()),
                    ShortId.of(said.run().step().value()),
                    said.run().index(),
                    Math.round(said.fraction() * 1000) / 1000.0,
                    said.text());
        }
    }

    private final Live live;

    EventsApi(Live live) {
        this.live = live;
    }

    void follow(Context ctx) throws IOException {
        long since = Requests.number(ctx, "since", 0, Long.MAX_VALUE).orElse(lastSeen(ctx));
        Follower follower = live.follow(since);
        try {
            ctx.disableCompression();
            ctx.res().setContentType("text/event-stream");
            ctx.res().setCharacterEncoding("utf-8");
            ctx.res().setHeader("Cache-Control", "no-store");
            OutputStream out = ctx.res().getOutputStream();
            write(out, "retry: 1000\n: hello\n\n");
            News news = follower.next(BEAT_MILLIS);
            while (Gate.stands(ctx) && tell(out, news)) {
                Thread.sleep(SPACING_MILLIS);
                news = follower.next(BEAT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            live.leave(follower);
        }
    }

    /** What a browser sends by itself when it comes back. */
    private static long lastSeen(Context ctx) {
        String id = ctx.header("Last-Event-ID");
        return id != null && id.matches("[0-9]{1,18}") ? Long.parseLong(id) : -1;
    }

    private static boolean tell(OutputStream out, News news) throws IOException {
        switch (news) {
            case News.Changed changed ->
                    event(
                            out,
                            "changed",
                            changed.revision(),
                            Map.of(
                                    "jobs",
                                            ids(
                                                    changed.keys().jobs().stream()
                                                            .map(JobId::value)
                                                            .toList()),
                                    "nodes",
                                            ids(
                                                    changed.keys().nodes().stream()
                                                            .map(NodeId::value)
                                                            .toList())));
            case News.Reset reset -> event(out, "reset", reset.revision(), Map.of());
            case News.Telemetry telemetry ->
                    event(
                            out,
                            "telemetry",
                            telemetry.revision(),
                            Map.of(
                                    "runs",
                                    telemetry.runs().stream().map(RunProgress::of).toList()));
            case News.Silence() -> write(out, ":\n\n");
            case News.Over() -> {
                return false;
            }
        }
        return true;
    }

    private static List<String> ids(List<Long> numbers) {
        return numbers.stream().map(ShortId::of).sorted().toList();
    }

    private static void event(OutputStream out, String type, long revision, Object data)
            throws IOException {
        write(out, "id: " + revision + "\nevent: " + type + "\ndata: " + Json.text(data) + "\n\n");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
