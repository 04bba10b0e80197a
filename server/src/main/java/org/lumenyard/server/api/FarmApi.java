package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import org.lumenyard.core.FarmView;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.store.Reign;
import org.lumenyard.store.pages.Pages;

/** The farm in numbers, who asks, and how the server is. */
public final class FarmApi {
    private final FarmLoop loop;
    private final Pages pages;
    private final String version;

    public FarmApi(FarmLoop loop, Pages pages, String version) {
        this.loop = loop;
        this.pages = pages;
        this.version = version;
    }

    void get(Context ctx) {
        var caller = Gate.caller(ctx);
        var totals = pages.jobs().totals();
        var jobs = new LinkedHashMap<String, Long>();
        totals.value().jobs().forEach((state, count) -> jobs.put(Fields.word(state), count));
        FarmView view = loop.view();
        var reasons = new Reasons(view);
        long running = view.nodes().stream().mapToLong(FarmView.NodeView::runs).sum();
        long free = view.nodes().stream().mapToLong(reasons::slots).sum();
        Answers.json(
                ctx,
                totals.revision(),
                new Shapes.FarmShown(
                        version,
                        loop.reign().map(Reign::lineage).orElse(""),
                        caller.name(),
                        caller.role().word(),
                        totals.revision(),
                        loop.trouble().isEmpty(),
                        loop.trouble().orElse(null),
                        jobs,
                        NodesApi.totals(pages),
                        pages.nodes().quarantined().value(),
                        new Shapes.Slots(running, free)));
    }
}
