package org.lumenyard.server.api;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Command;
import org.lumenyard.core.FarmView.NodeView;
import org.lumenyard.core.NodeId;
import org.lumenyard.server.api.Shapes.InstanceShown;
import org.lumenyard.server.api.Shapes.NodeShown;
import org.lumenyard.server.link.AgentLink;
import org.lumenyard.server.link.Telemetry;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.store.pages.AtRevision;
import org.lumenyard.store.pages.NodeLine;
import org.lumenyard.store.pages.Pages;

/** Nodes, what they run and hold, and why they have room. */
public final class NodesApi {
    private static final int MOST_NODES = 1_000;
    private static final int MOST_PAGES = 20;

    private final FarmLoop loop;
    private final AgentLink link;
    private final Pages pages;
    private final Telemetry telemetry;
    private final RunShapes shapes;
    private final LongSupplier clock;

    public NodesApi(
            FarmLoop loop, AgentLink link, Pages pages, Telemetry telemetry, LongSupplier clock) {
        this.loop = loop;
        this.link = link;
        this.pages = pages;
        this.telemetry = telemetry;
        this.shapes = new RunShapes(telemetry);
        this.clock = clock;
    }

    void list(Context ctx) {
        var items = new ArrayList<NodeShown>();
        var page = pages.nodes().list(List.of(), null, MOST_NODES);
        long revision = page.revision();
        for (int read = 1; ; read++) {
            page.value().rows().forEach(node -> items.add(shown(node)));
            if (page.value().next() == null || read == MOST_PAGES) {
                break;
            }
            page = pages.nodes().list(List.of(), page.value().next(), MOST_NODES);
        }
        Answers.json(ctx, revision, new Shapes.NodeList(items));
    }

    void get(Context ctx) {
        AtRevision<NodeLine> node = node(ctx);
        Answers.json(ctx, node.revision(), shown(node.value()));
    }

    void explain(Context ctx) {
        AtRevision<NodeLine> node = node(ctx);
        var reasons = new Reasons(loop.view());
        Answers.json(
                ctx,
                node.revision(),
                view(node.value().id())
                        .map(reasons::ofNode)
                        .orElse(
                                new Shapes.Explanation(
                                        node.value().facts().name() + " is not online.",
                                        List.of())));
    }

    /**
     * A person's word that a silent node's work is dead; of a node that speaks, nobody's word
     * counts.
     */
    void releaseRuns(Context ctx) {
        NodeLine node = node(ctx).value();
        if (link.isConnected(node.id())) {
            throw Problem.of(
                    409,
                    "node_connected",
                    "Its agent is connected and answers for its work itself.");
        }
        String why = "declared dead by " + Gate.caller(ctx).name();
        Answers.await(loop.ask(new Command.Lose(node.id(), node.incarnation(), why)));
        get(ctx);
    }

    /** A person's word that a quarantined node is well; of one that is trusted, nothing. */
    void tryAgain(Context ctx) {
        NodeLine node = node(ctx).value();
        Answers.await(loop.ask(new Command.TryAgain(node.id(), Gate.caller(ctx).name())));
        get(ctx);
    }

    /** By its id, or by its name where that is no other's id. */
    private AtRevision<NodeLine> node(Context ctx) {
        String text = ctx.pathParam("node");
        if (text.length() > 100 || !Fields.storable(text)) {
            throw Problem.unknown("node", text);
        }
        var id = ShortId.read(text);
        if (id.isPresent()) {
            AtRevision<Optional<NodeLine>> found = pages.nodes().node(new NodeId(id.getAsLong()));
            if (found.value().isPresent()) {
                return new AtRevision<>(found.revision(), found.value().get());
            }
        }
        AtRevision<Optional<NodeLine>> found = pages.nodes().node(text);
        return new AtRevision<>(
                found.revision(), found.value().orElseThrow(() -> Problem.unknown("node", text)));
    }

    private Optional<NodeView> view(NodeId id) {
        return loop.view().nodes().stream().filter(node -> node.id().equals(id)).findFirst();
    }

    private NodeShown shown(NodeLine node) {
        Optional<Telemetry.NodeWord> word = telemetry.node(node.id());
        Optional<NodeView> view = view(node.id());
        var reasons = new Reasons(loop.view());
        var attributes = new TreeMap<String, List<String>>();
        node.facts()
                .attributes()
                .forEach((name, values) -> attributes.put(name, values.stream().sorted().toList()));
        boolean gone = node.goneAt() != null;
        return new NodeShown(
                ShortId.of(node.id().value()),
                node.facts().name(),
                Fields.word(node.state()),
                Times.textOrNull(gone ? node.goneAt() : Long.valueOf(node.joinedAt())),
                gone
                        ? null
                        : word.map(w -> Math.max(0, clock.getAsLong() - w.heardAt()) / 1000.0)
                                .orElse(null),
                node.goneWhy(),
                node.quarantine(),
                Times.textOrNull(node.quarantinedAt()),
                node.quarantine() == null
                        ? null
                        : node.failures().stream().map(shapes::of).toList(),
                new TreeMap<>(node.facts().amounts()),
                new TreeMap<>(view.map(NodeView::free).orElse(Map.of())),
                attributes,
                Json.lenient(node.facts().details()),
                word.map(Telemetry.NodeWord::load).filter(load -> load >= 0).orElse(null),
                word.map(Telemetry.NodeWord::freeMebibytes).filter(free -> free >= 0).orElse(null),
                view.filter(v -> !gone).map(reasons::slots).orElse(0L),
                view.map(reasons::whyRoom).orElse(""),
                node.running().stream().map(shapes::of).toList(),
                node.instances().stream().map(warm -> instance(node, warm)).toList());
    }

    private InstanceShown instance(NodeLine node, NodeLine.Warm warm) {
        var id = warm.instance().id();
        var word = telemetry.instance(id);
        boolean busy = node.running().stream().anyMatch(run -> id.equals(run.run().instance()));
        @Nullable Long memory = word.map(w -> w.memory()).filter(m -> m > 0).orElse(null);
        String state =
                word.map(w -> w.state())
                        .filter(List.of("loading", "busy", "idle")::contains)
                        .orElse(busy ? "busy" : "idle");
        return new InstanceShown(ShortId.of(id.value()), warm.instance().model(), state, memory);
    }

    /** How many nodes are in which state. */
    static Map<String, Long> totals(Pages pages) {
        var totals = new LinkedHashMap<String, Long>();
        pages.nodes()
                .totals()
                .value()
                .forEach((state, count) -> totals.put(Fields.word(state), count));
        return totals;
    }
}
