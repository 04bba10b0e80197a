package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.lumenyard.core.Command;
import org.lumenyard.server.api.Shapes.HolderShown;
import org.lumenyard.server.api.Shapes.LimitShown;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.store.pages.AtRevision;
import org.lumenyard.store.pages.BadCursor;
import org.lumenyard.store.pages.LimitLine;
import org.lumenyard.store.pages.Pages;

/** Farm-wide limits: how many seats there are, who holds them, and what waits for one. */
public final class LimitsApi {
    /** As a template can name it after {@code amount.limit.}, where case does not count. */
    private static final Pattern NAME =
            Pattern.compile("[a-z_][a-z0-9_]{0,63}(\\.[a-z_][a-z0-9_]{0,63})*");

    private static final int LONGEST_NAME = 80;
    private static final long MOST_SEATS = 1_000_000;
    private static final int LONGEST_NOTE = 1_000;

    private final FarmLoop loop;
    private final Pages pages;

    public LimitsApi(FarmLoop loop, Pages pages) {
        this.loop = loop;
        this.pages = pages;
    }

    void list(Context ctx) {
        var limits = pages.limits().list();
        var reasons = new Reasons(loop.view());
        var items = limits.value().stream().map(line -> shown(line, reasons)).toList();
        Answers.json(ctx, limits.revision(), new Shapes.LimitList(items));
    }

    void get(Context ctx) {
        AtRevision<LimitLine> limit = limit(ctx);
        Answers.json(ctx, limit.revision(), shown(limit.value(), new Reasons(loop.view())));
    }

    void explain(Context ctx) {
        AtRevision<LimitLine> limit = limit(ctx);
        Answers.json(ctx, limit.revision(), new Reasons(loop.view()).ofLimit(limit.value()));
    }

    void history(Context ctx) {
        LimitLine limit = limit(ctx).value();
        String cursor = Requests.text(ctx, "cursor", 200).orElse(null);
        try {
            var found = pages.limits().history(limit.id(), cursor, Requests.limit(ctx));
            var items = found.value().rows().stream().map(JobsApi::line).toList();
            Answers.json(
                    ctx, found.revision(), new Shapes.HistoryList(items, found.value().next()));
        } catch (BadCursor e) {
            throw Requests.wrong("cursor", "has to be the `next` of the page before");
        }
    }

    /** Makes a limit, or sets one anew. */
    void set(Context ctx) {
        String name = name(ctx);
        if (!NAME.matcher(name).matches() || name.length() > LONGEST_NAME) {
            throw Problem.of(
                    400,
                    "bad_request",
                    "A limit's name has lower-case letters, digits and _, such as arnold.");
        }
        Fields fields = Requests.fields(ctx);
        OptionalLong count = fields.integer("count", 0, MOST_SEATS);
        fields.needed("count", count.isPresent() ? Optional.of(true) : Optional.empty());
        Optional<String> note = fields.text("note", 0, LONGEST_NOTE);
        fields.done();
        ask(ctx, new Command.SetLimit(name, count.orElseThrow(), note.orElse(null), by(ctx)));
    }

    void edit(Context ctx) {
        Fields fields = Requests.fields(ctx);
        OptionalLong count = fields.integer("count", 0, MOST_SEATS);
        Optional<String> note = fields.text("note", 0, LONGEST_NOTE);
        fields.done();
        if (count.isEmpty() && note.isEmpty()) {
            throw Problem.of(400, "bad_request", "Name at least one of count and note.");
        }
        Long seats = count.isPresent() ? count.getAsLong() : null;
        ask(ctx, new Command.EditLimit(name(ctx), seats, note.orElse(null), by(ctx)));
    }

    private void ask(Context ctx, Command.OfLimit command) {
        Answers.await(loop.ask(command));
        get(ctx);
    }

    void delete(Context ctx) {
        Answers.await(loop.ask(new Command.DeleteLimit(name(ctx), by(ctx))));
        ctx.status(204);
    }

    private static String name(Context ctx) {
        return ctx.pathParam("limit");
    }

    private static String by(Context ctx) {
        return Gate.caller(ctx).name();
    }

    private AtRevision<LimitLine> limit(Context ctx) {
        String name = name(ctx);
        if (name.length() > LONGEST_NAME || !Fields.storable(name)) {
            throw Problem.unknown("limit", name);
        }
        AtRevision<Optional<LimitLine>> found = pages.limits().limit(name);
        return new AtRevision<>(
                found.revision(), found.value().orElseThrow(() -> Problem.unknown("limit", name)));
    }

    private static LimitShown shown(LimitLine limit, Reasons reasons) {
        return new LimitShown(
                limit.name(),
                limit.count(),
                limit.taken(),
                Math.max(0, limit.count() - limit.taken()),
                limit.note(),
                Times.text(limit.setAt()),
                reasons.waitingFor(limit.name()),
                limit.holders().stream().map(LimitsApi::holder).toList());
    }

    private static HolderShown holder(LimitLine.Holder holder) {
        var run = holder.run().run();
        return new HolderShown(
                ShortId.of(run.job().value()),
                holder.run().jobName(),
                ShortId.of(run.id().value()),
                run.label(),
                ShortId.of(run.node().value()),
                holder.run().nodeName(),
                holder.seats(),
                Times.text(run.placedAt()));
    }
}
