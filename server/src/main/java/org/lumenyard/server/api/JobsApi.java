package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Archiving;
import org.lumenyard.core.Band;
import org.lumenyard.core.Command;
import org.lumenyard.core.Counts;
import org.lumenyard.core.Eta;
import org.lumenyard.core.FarmView;
import org.lumenyard.core.Forecast;
import org.lumenyard.core.JobId;
import org.lumenyard.core.JobState;
import org.lumenyard.core.StepId;
import org.lumenyard.core.TaskState;
import org.lumenyard.jobs.Origin;
import org.lumenyard.jobs.Planner;
import org.lumenyard.server.api.Shapes.CountsShown;
import org.lumenyard.server.api.Shapes.EtaShown;
import org.lumenyard.server.api.Shapes.JobDetail;
import org.lumenyard.server.api.Shapes.JobShown;
import org.lumenyard.server.api.Shapes.OutputShown;
import org.lumenyard.server.api.Shapes.StepShown;
import org.lumenyard.server.api.Shapes.TaskShown;
import org.lumenyard.server.bulk.Thumbnails;
import org.lumenyard.server.forecast.Forecasts;
import org.lumenyard.server.link.Telemetry;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.store.pages.AtRevision;
import org.lumenyard.store.pages.BadCursor;
import org.lumenyard.store.pages.HistoryLine;
import org.lumenyard.store.pages.JobLine;
import org.lumenyard.store.pages.JobPage;
import org.lumenyard.store.pages.JobsQuery;
import org.lumenyard.store.pages.Listing;
import org.lumenyard.store.pages.Pages;
import org.lumenyard.store.pages.RunLine;
import org.lumenyard.store.pages.Strip;
import org.lumenyard.store.pages.TaskLine;
import org.lumenyard.store.pages.TaskStory;

/** Jobs: lists, one job, its tasks, runs, outputs and history, and what people do with it. */
public final class JobsApi {
    /** Of waiting jobs in a list, so many get their reason looked up. */
    private static final int MOST_REASONS = 50;

    /** What can be given another chance. */
    private enum What {
        FAILED,
        ALL,
        TASK
    }

    private final FarmLoop loop;
    private final Pages pages;
    private final Thumbnails thumbnails;
    private final Planner planner;
    private final RunShapes shapes;
    private final TaskOutputs outputs;
    private final Forecasts forecasts;
    private final LongSupplier clock;
    private volatile Reasons latestReasons = new Reasons(FarmView.EMPTY);

    public JobsApi(
            FarmLoop loop,
            Pages pages,
            Thumbnails thumbnails,
            Planner planner,
            Telemetry telemetry,
            Forecasts forecasts,
            LongSupplier clock) {
        this.loop = loop;
        this.pages = pages;
        this.thumbnails = thumbnails;
        this.planner = planner;
        this.shapes = new RunShapes(telemetry);
        this.outputs = new TaskOutputs(pages, shapes);
        this.forecasts = forecasts;
        this.clock = clock;
    }

    // Reading

    void list(Context ctx) {
        Set<JobState> states = states(ctx);
        String text = Requests.text(ctx, "q", 200).orElse(null);
        String user = Requests.text(ctx, "user", 100).orElse(null);
        String sort = Requests.text(ctx, "sort", 20).orElse("-submitted");
        boolean descending = sort.startsWith("-");
        JobsQuery.Order order =
                oneOf("sort", descending ? sort.substring(1) : sort, JobsQuery.Order.class);
        var query =
                new JobsQuery(
                        states,
                        user,
                        text,
                        order,
                        descending,
                        cursor(ctx),
                        Requests.limit(ctx),
                        Requests.flag(ctx, "archived"));
        var found = reading(() -> pages.jobs().listWithWaiting(query, MOST_REASONS));
        var reasons = reasons();
        Listing<JobLine> jobs = found.value().jobs();
        List<JobShown> items =
                jobs.rows().stream()
                        .map(line ->
                                shown(
                                        line,
                                        reasons.inList(
                                                line, found.value().waiting().get(line.id()))))
                        .toList();
        var totals = new LinkedHashMap<String, Long>();
        found.value().totals().forEach((state, count) -> totals.put(Fields.word(state), count));
        Answers.json(ctx, found.revision(), new Shapes.JobList(items, jobs.next(), totals));
    }

    /** Each page reads lists all the while: what one look at the nodes told, others use too. */
    private Reasons reasons() {
        FarmView view = loop.view();
        Reasons latest = latestReasons;
        if (!latest.isOf(view)) latestReasons = latest = new Reasons(view);
        return latest;
    }

    private static Set<JobState> states(Context ctx) {
        var states = EnumSet.noneOf(JobState.class);
        for (String word :
                Requests.text(ctx, "state", 200).map(s -> s.split(",")).orElse(new String[0])) {
            states.add(oneOf("state", word.trim(), JobState.class));
        }
        return states;
    }

    private static <E extends Enum<E>> E oneOf(String name, String word, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(state -> Fields.word(state).equals(word))
                .findFirst()
                .orElseThrow(() -> Requests.wrong(name, "has to be of " + Fields.words(type)));
    }

    void get(Context ctx) {
        answer(ctx, jobId(ctx));
    }

    private void answer(Context ctx, JobId id) {
        AtRevision<JobPage> page = page(id);
        Answers.json(ctx, page.revision(), detail(page.value()));
    }

    private AtRevision<JobPage> page(JobId id) {
        AtRevision<Optional<JobPage>> found = pages.jobs().job(id);
        return new AtRevision<>(found.revision(), found.value().orElseThrow(() -> unknown(id)));
    }

    /** A job whose tasks and runs can be read and changed. */
    private AtRevision<JobPage> inTables(Context ctx) {
        AtRevision<JobPage> page = page(jobId(ctx));
        Archived.refuse(page.value().job());
        return page;
    }

    private static Problem unknown(JobId id) {
        return Problem.unknown("job", ShortId.of(id.value()));
    }

    private static JobId jobId(Context ctx) {
        return new JobId(Requests.id(ctx, "job"));
    }

    private JobShown shown(JobLine line, String reason) {
        boolean over = line.state().isFinished();
        Forecast forecast = forecasts.latest();
        Optional<Eta> eta = over ? Optional.empty() : forecast.eta(line.id());
        String whyNot = over ? "" : forecast.whyNot(line.id());
        return new JobShown(
                ShortId.of(line.id().value()),
                line.name(),
                line.user(),
                Fields.word(line.state()),
                Fields.word(line.band()),
                line.priority(),
                line.held(),
                line.heldWhy(),
                CountsShown.of(line.counts()),
                Times.text(line.submittedAt()),
                Times.textOrNull(line.startedAt()),
                Times.textOrNull(line.finishedAt()),
                eta.map(this::shown).orElse(null),
                whyNot.isEmpty() ? null : whyNot,
                rate(line),
                reason,
                line.archiving() == Archiving.NONE && Reasons.needsPerson(line),
                thumbnail(line),
                Archived.word(line));
    }

    /** What a moment ago was now may be in the past. */
    private EtaShown shown(Eta eta) {
        long now = clock.getAsLong();
        return new EtaShown(
                Times.text(Math.max(now, eta.p50())), Times.text(Math.max(now, eta.p90())));
    }

    /** Tasks per minute since the first started; null before the first is done. */
    private @Nullable Double rate(JobLine line) {
        if (line.startedAt() == null || line.counts().done() == 0) {
            return null;
        }
        long end = line.finishedAt() == null ? clock.getAsLong() : line.finishedAt();
        double minutes = Math.max(1, end - line.startedAt()) / 60_000.0;
        return Math.round(line.counts().done() / minutes * 100) / 100.0;
    }

    private @Nullable String thumbnail(JobLine line) {
        return line.lastDone() == null || !thumbnails.has(line.lastDone())
                ? null
                : "/api/v1/runs/" + ShortId.of(line.lastDone().value()) + "/thumbnails/latest";
    }

    private JobDetail detail(JobPage page) {
        JobLine line = page.job();
        Origin origin = planner.origin(pages.jobs().source(line.id()).value().orElse(""));
        var warnings = new LinkedHashSet<String>();
        String film = null;
        for (RunLine run : pages.runs().outputs(line.id(), null, 200).value().rows()) {
            RunShapes.texts(RunShapes.details(run).path("warnings")).forEach(warnings::add);
            for (OutputShown output : film == null ? shapes.outputs(run) : List.<OutputShown>of()) {
                film = "video/mp4".equals(output.mediaType()) ? output.file() : film;
            }
        }
        return new JobDetail(
                shown(line, reasons().inList(line, page)),
                Reasons.sentence(page) + Archived.clause(line),
                line.notes(),
                origin.jobType(),
                origin.parameters(),
                List.copyOf(warnings),
                film,
                page.steps().stream().map(step -> step(page, step)).toList());
    }

    private StepShown step(JobPage page, JobPage.StepLine step) {
        var requirements = new LinkedHashMap<String, Object>();
        step.requirements()
                .amounts()
                .forEach(a ->
                        requirements.put(a.name(), Map.of("least", a.least(), "most", a.most())));
        step.requirements()
                .attributes()
                .forEach(a ->
                        requirements.put(
                                a.name(),
                                Map.of(
                                        "anyOf",
                                        a.anyOf().stream().sorted().toList(),
                                        "allOf",
                                        a.allOf().stream().sorted().toList())));
        return new StepShown(
                ShortId.of(step.id().value()),
                step.name(),
                Reasons.stepState(page, step),
                step.size(),
                CountsShown.of(step.counts()),
                step.dependsOn().stream()
                        .map(i -> ShortId.of(page.steps().get(i).id().value()))
                        .toList(),
                pages.jobs().plan(step.id()).map(planner::engine).orElse(null),
                requirements,
                step.peakMebibytes() == 0 ? null : step.peakMebibytes(),
                step.leastMebibytes() == 0 ? null : step.leastMebibytes(),
                Times.seconds(step.loadMillis()),
                Times.seconds(step.runMillis()));
    }

    void strip(Context ctx) {
        int bins = (int) Requests.number(ctx, "bins", 1, 2_000).orElse(0);
        AtRevision<JobPage> page = inTables(ctx);
        var steps = new ArrayList<Shapes.StepStrip>();
        for (JobPage.StepLine step : page.value().steps()) {
            pages.tasks()
                    .strip(step.id(), bins)
                    .value()
                    .ifPresent(strip -> steps.add(strip(page.value(), step, strip)));
        }
        Answers.json(ctx, page.revision(), new Shapes.StripShown(steps));
    }

    private static Shapes.StepStrip strip(JobPage page, JobPage.StepLine step, Strip strip) {
        String ofStep = Reasons.stepState(page, step);
        return new Shapes.StepStrip(
                ShortId.of(step.id().value()),
                step.name(),
                step.size(),
                step.firstLabel(),
                step.lastLabel(),
                strip.binned(),
                strip.stretches().stream()
                        .map(stretch -> cell(stretch, strip.binned(), ofStep))
                        .toList());
    }

    private static Shapes.Cell cell(Strip.Stretch stretch, boolean binned, String ofStep) {
        String state =
                binned && !isPure(stretch.counts())
                        ? null
                        : Reasons.taskState(word(stretch.counts()), ofStep);
        return new Shapes.Cell(
                stretch.from(),
                stretch.to(),
                stretch.firstLabel(),
                state,
                CountsShown.of(stretch.counts()));
    }

    private static boolean isPure(Counts counts) {
        long most =
                Math.max(
                        Math.max(counts.waiting(), counts.running()),
                        Math.max(counts.done(), counts.failed()));
        return most == counts.total();
    }

    private static String word(Counts counts) {
        return counts.done() > 0
                ? "done"
                : counts.failed() > 0 ? "failed" : counts.running() > 0 ? "running" : "waiting";
    }

    void tasks(Context ctx) {
        AtRevision<JobPage> page = inTables(ctx);
        JobPage.StepLine step = stepOf(ctx, page.value()).orElse(page.value().steps().getFirst());
        String ofStep = Reasons.stepState(page.value(), step);
        Optional<String> wanted = Requests.text(ctx, "state", 20);
        TaskState state =
                wanted.map(word -> oneOf("state", rowWord(word), TaskState.class)).orElse(null);
        if (state != null
                && !Reasons.taskState(Fields.word(state), ofStep).equals(wanted.orElse(""))) {
            Answers.json(ctx, page.revision(), new Shapes.TaskList(List.of(), null));
            return;
        }
        var found =
                reading(() ->
                        pages.tasks().list(step.id(), state, cursor(ctx), Requests.limit(ctx)));
        Listing<TaskLine> list =
                found.value()
                        .orElseThrow(() -> Problem.unknown("step", ShortId.of(step.id().value())));
        var items = list.rows().stream().map(task -> task(step.id(), task, ofStep)).toList();
        Answers.json(ctx, found.revision(), new Shapes.TaskList(items, list.next()));
    }

    /** The state that rows have for a state that is shown. */
    private static String rowWord(String shown) {
        return Set.of("blocked", "held", "cancelled").contains(shown) ? "waiting" : shown;
    }

    private static TaskShown task(StepId step, TaskLine task, String ofStep) {
        RunLine run = task.lastRun();
        return new TaskShown(
                ShortId.of(step.value()),
                task.index(),
                task.label(),
                Reasons.taskState(Fields.word(task.state()), ofStep),
                task.failures(),
                task.losses(),
                run == null ? null : ShortId.of(run.run().id().value()),
                run == null ? null : run.nodeName());
    }

    private static Optional<JobPage.StepLine> stepOf(Context ctx, JobPage page) {
        return Requests.text(ctx, "step", 20).map(text -> stepOf(text, page));
    }

    private static JobPage.StepLine stepOf(String text, JobPage page) {
        var id = ShortId.read(text);
        return page.steps().stream()
                .filter(step -> id.isPresent() && step.id().value() == id.getAsLong())
                .findFirst()
                .orElseThrow(() -> Problem.unknown("step", text));
    }

    void runs(Context ctx) {
        AtRevision<JobPage> page = inTables(ctx);
        var step = stepOf(ctx, page.value());
        var index = Requests.number(ctx, "index", 0, Long.MAX_VALUE);
        if (index.isPresent() && step.isEmpty()) {
            throw Requests.wrong("index", "needs step");
        }
        var found =
                reading(() ->
                        index.isPresent()
                                ? pages.runs()
                                        .ofTask(
                                                step.orElseThrow().id(),
                                                index.getAsLong(),
                                                cursor(ctx),
                                                Requests.limit(ctx))
                                : pages.runs()
                                        .ofJob(
                                                page.value().job().id(),
                                                cursor(ctx),
                                                Requests.limit(ctx)));
        var items =
                found.value().rows().stream()
                        .filter(run -> step.isEmpty() || run.run().step().equals(step.get().id()))
                        .map(shapes::of)
                        .toList();
        Answers.json(ctx, found.revision(), new Shapes.RunList(items, found.value().next()));
    }

    void outputs(Context ctx) {
        AtRevision<JobPage> page = inTables(ctx);
        JobPage.StepLine step = stepOf(ctx, page.value()).orElse(page.value().steps().getFirst());
        var found =
                reading(() -> pages.runs().outputs(step.id(), cursor(ctx), Requests.limit(ctx)));
        var items = found.value().rows().stream().flatMap(run -> outputs.of(run).stream()).toList();
        Answers.json(ctx, found.revision(), new Shapes.OutputList(items, found.value().next()));
    }

    void history(Context ctx) {
        JobId id = page(jobId(ctx)).value().job().id();
        var found = reading(() -> pages.jobs().history(id, cursor(ctx), Requests.limit(ctx)));
        var items = found.value().rows().stream().map(JobsApi::line).toList();
        Answers.json(ctx, found.revision(), new Shapes.HistoryList(items, found.value().next()));
    }

    static Shapes.HistoryShown line(HistoryLine line) {
        return new Shapes.HistoryShown(Times.text(line.at()), line.who(), line.what());
    }

    void explain(Context ctx) {
        AtRevision<JobPage> page = page(jobId(ctx));
        Answers.json(ctx, page.revision(), reasons().ofJob(page.value()));
    }

    void explainTask(Context ctx) {
        JobPage page = inTables(ctx).value();
        JobPage.StepLine step = stepOf(ctx.pathParam("step"), page);
        String text = ctx.pathParam("index");
        long index = text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        AtRevision<Optional<TaskStory>> found = pages.tasks().story(step.id(), index);
        TaskStory story = found.value().orElseThrow(() -> Problem.unknown("task", text));
        var reasons = new TaskReasons(reasons(), page, step, clock.getAsLong());
        Answers.json(ctx, found.revision(), reasons.of(story));
    }

    private static @Nullable String cursor(Context ctx) {
        return Requests.text(ctx, "cursor", 200).orElse(null);
    }

    /** A cursor is somebody's text until the query has read it. */
    private static <T> T reading(Supplier<T> query) {
        try {
            return query.get();
        } catch (BadCursor e) {
            throw Requests.wrong("cursor", "has to be the `next` of the page before");
        }
    }

    // Doing

    void hold(Context ctx) {
        act(ctx, new Command.Hold(jobId(ctx), by(ctx)));
    }

    void release(Context ctx) {
        act(ctx, new Command.Release(jobId(ctx), by(ctx)));
    }

    void cancel(Context ctx) {
        act(ctx, new Command.Cancel(jobId(ctx), by(ctx)));
    }

    void delete(Context ctx) {
        JobId job = page(jobId(ctx)).value().job().id();
        Answers.await(loop.ask(new Command.Delete(job, by(ctx))));
        ctx.status(204);
    }

    void archive(Context ctx) {
        JobLine job = page(jobId(ctx)).value().job();
        Answers.await(loop.ask(new Command.Archive(job.id(), job.archiving(), by(ctx))));
        answer(ctx, job.id());
    }

    void unarchive(Context ctx) {
        JobLine job = page(jobId(ctx)).value().job();
        Answers.await(loop.ask(new Command.Unarchive(job.id(), job.archiving(), by(ctx))));
        answer(ctx, job.id());
    }

    void retry(Context ctx) {
        JobId job = jobId(ctx);
        Fields fields = Requests.fields(ctx);
        var what = fields.needed("what", fields.oneOf("what", What.class));
        var step = fields.text("step", 1, 13);
        var index = fields.integer("index", 0, Long.MAX_VALUE);
        boolean ofTask = what.equals(Optional.of(What.TASK));
        if (ofTask && step.isEmpty()) {
            fields.fault("step", "is needed with task");
        }
        if (ofTask && index.isEmpty()) {
            fields.fault("index", "is needed with task");
        }
        fields.done();
        Command.OfJob command =
                switch (what.orElseThrow()) {
                    case FAILED -> new Command.RetryFailed(job, by(ctx));
                    case ALL -> new Command.RetryAll(job, by(ctx));
                    case TASK -> {
                        long id =
                                ShortId.read(step.orElseThrow())
                                        .orElseThrow(
                                                () -> Problem.unknown("step", step.orElseThrow()));
                        yield new Command.RetryTask(
                                job, new StepId(id), index.orElseThrow(), by(ctx));
                    }
                };
        act(ctx, command);
    }

    void edit(Context ctx) {
        JobId job = jobId(ctx);
        Fields fields = Requests.fields(ctx);
        var name = fields.text("name", 1, 128);
        var notes = fields.text("notes", 0, 4_000);
        var priority = fields.integer("priority", 0, 100);
        var band = fields.oneOf("band", Band.class);
        fields.done();
        boolean texts = name.isPresent() || notes.isPresent();
        boolean rank = priority.isPresent() || band.isPresent();
        if (!texts && !rank) {
            throw Problem.of(
                    400, "bad_request", "Name at least one of name, notes, priority and band.");
        }
        JobLine now = inTables(ctx).value().job();
        if (rank) {
            int points = (int) priority.orElse(now.priority());
            Answers.await(
                    loop.ask(
                            new Command.Reprioritise(
                                    job, band.orElse(now.band()), points, by(ctx))));
        }
        if (texts) {
            Answers.await(
                    loop.ask(
                            new Command.Edit(job, name.orElse(null), notes.orElse(null), by(ctx))));
        }
        answer(ctx, job);
    }

    private void act(Context ctx, Command.OfJob command) {
        inTables(ctx);
        Answers.await(loop.ask(command));
        answer(ctx, command.job());
    }

    private static String by(Context ctx) {
        return Gate.caller(ctx).name();
    }
}
