package org.lumenyard.server.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Band;
import org.lumenyard.core.Command;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.Reply;
import org.lumenyard.jobs.JobTypes;
import org.lumenyard.jobs.Planned;
import org.lumenyard.jobs.Planner;
import org.lumenyard.jobs.Submission;
import org.lumenyard.server.api.Shapes.Submitted;
import org.lumenyard.server.auth.Secret;
import org.lumenyard.server.loop.Answer;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.server.loop.Keep;
import org.lumenyard.store.Store;

/** Submissions: checked and planned on the caller's thread, answered once they are stored. */
public final class SubmitApi {
    private static final int MOST_TEMPLATE = 1_000_000;

    record JobTypeShown(
            String name, String title, String description, List<ParameterShown> parameters) {}

    record ParameterShown(
            String name,
            String type,
            String description,
            @JsonProperty("default") @Nullable String defaultValue,
            boolean required,
            List<String> allowedValues) {}

    private final FarmLoop loop;
    private final Planner planner;
    private final Once once;
    private final @Nullable Submission demo;

    /**
     * @param demo what "Render the demo scene" submits; null without one
     */
    public SubmitApi(FarmLoop loop, Store store, Planner planner, @Nullable Submission demo) {
        this.loop = loop;
        this.planner = planner;
        this.once = new Once(store);
        this.demo = demo;
    }

    void jobTypes(Context ctx) {
        Answers.json(
                ctx,
                200,
                Map.of("items", planner.types().all().stream().map(SubmitApi::shown).toList()));
    }

    private static JobTypeShown shown(JobTypes.JobType type) {
        var parameters =
                type.parameters().stream()
                        .map(p ->
                                new ParameterShown(
                                        p.name(),
                                        p.type(),
                                        p.description(),
                                        p.defaultValue(),
                                        p.defaultValue() == null,
                                        p.allowedValues()))
                        .toList();
        return new JobTypeShown(
                type.name(), Fields.title(type.name()), type.description(), parameters);
    }

    void submit(Context ctx) {
        byte[] body = Requests.bytes(ctx, Requests.MOST_JSON);
        Submission request = request(ctx, new Fields(body));
        created(ctx, submitOnce(request, key(ctx, request.user(), body)));
    }

    private String submitOnce(Submission request, @Nullable KeyOf key) {
        return key == null
                ? submit(request, null)
                : once.run(key.principal(), key.key(), key.bodyHash(), () -> submit(request, key));
    }

    /** What names a request that may be sent twice. */
    private record KeyOf(String principal, String key, String bodyHash) {}

    private static @Nullable KeyOf key(Context ctx, String principal, byte[] body) {
        String key = ctx.header("Idempotency-Key");
        if (key == null) {
            return null;
        }
        if (key.isEmpty() || key.length() > 100 || !Fields.storable(key)) {
            throw Requests.wrong("Idempotency-Key", "has to have 1 to 100 characters");
        }
        return new KeyOf(principal, key, Secret.hash(body));
    }

    void check(Context ctx) {
        Planned.Accepted accepted = plan(request(ctx, Requests.fields(ctx)));
        Answers.json(ctx, 200, submitted("", accepted));
    }

    void demo(Context ctx) {
        if (demo == null) {
            throw Problem.of(
                    409, "no_demo", "This server has no demo scene; start it by lumenyard demo.");
        }
        Submission d = demo;
        String user = Gate.caller(ctx).name();
        var mine =
                new Submission(
                        d.jobType(),
                        d.template(),
                        d.parameters(),
                        d.name(),
                        d.priority(),
                        d.band(),
                        d.held(),
                        d.notes(),
                        user);
        created(ctx, submitOnce(mine, key(ctx, user, "demo".getBytes(StandardCharsets.UTF_8))));
    }

    private static void created(Context ctx, String answer) {
        String id = Json.lenient(answer).path("id").asText();
        ctx.header("Location", "/api/v1/jobs/" + id).header("Cache-Control", "no-store");
        ctx.status(201).contentType("application/json").result(answer);
    }

    /** Plans and stores; the answer as the JSON that is given now and to each repetition. */
    private String submit(Submission request, @Nullable KeyOf key) {
        Planned.Accepted accepted = plan(request);
        var command = new Command.Submit(accepted.plan());
        Keep keep =
                key == null
                        ? null
                        : new Keep(
                                key.principal(),
                                key.key(),
                                key.bodyHash(),
                                reply -> answer(reply, accepted));
        Answer.Replied replied = Answers.await(loop.ask(command, keep));
        return answer(replied.reply(), accepted);
    }

    private static String answer(Reply reply, Planned.Accepted accepted) {
        return switch (reply) {
            case Reply.Submitted submitted ->
                    Json.text(submitted(ShortId.of(submitted.job().value()), accepted));
            default -> throw new IllegalStateException("a submission answered by " + reply);
        };
    }

    private static Submitted submitted(String id, Planned.Accepted accepted) {
        JobPlan plan = accepted.plan();
        long tasks = plan.steps().stream().mapToLong(step -> step.space().size()).sum();
        return new Submitted(id, plan.name(), tasks, accepted.summary(), accepted.warnings());
    }

    private Planned.Accepted plan(Submission request) {
        return switch (planner.plan(request)) {
            case Planned.Accepted accepted -> accepted;
            case Planned.Rejected rejected -> {
                var fields =
                        rejected.faults().stream()
                                .map(f -> new Problem.Field(f.path(), f.message()))
                                .toList();
                String said =
                        fields.stream()
                                .limit(3)
                                .map(f ->
                                        f.path().isEmpty()
                                                ? f.message()
                                                : f.path() + ": " + f.message())
                                .reduce((a, b) -> a + " " + b)
                                .orElse("It cannot be planned.");
                throw Problem.of(422, "rejected_submission", said, fields);
            }
        };
    }

    private static Submission request(Context ctx, Fields fields) {
        var jobType = fields.text("jobType", 1, 64);
        var template = fields.text("template", 1, MOST_TEMPLATE);
        if (jobType.isPresent() == template.isPresent()) {
            fields.fault("jobType", "or template is needed, and only one of them");
        }
        var parameters = fields.parameters("parameters");
        var name = fields.text("name", 1, 128);
        int priority = (int) fields.integer("priority", 0, 100).orElse(50);
        Band band = fields.oneOf("band", Band.class).orElse(Band.NORMAL);
        boolean held = fields.flag("held");
        String notes = fields.text("notes", 0, 4_000).orElse("");
        fields.done();
        return new Submission(
                jobType.orElse(null),
                template.orElse(null),
                parameters,
                name.orElse(null),
                priority,
                band,
                held,
                notes,
                Gate.caller(ctx).name());
    }
}
