package org.lumenyard.server.api;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Set;
import java.util.function.Supplier;
import org.lumenyard.protocol.Wire;
import org.lumenyard.server.auth.Hosts;
import org.lumenyard.server.auth.LoginLinks;
import org.lumenyard.server.auth.Tokens;
import org.lumenyard.server.link.AgentLink;
import org.lumenyard.server.live.Live;
import org.lumenyard.server.loop.FarmLoop;

/** All routes: which address is answered by whom, and who may ask. */
public final class Api {
    private static final String BASE = "/api/v1";

    private final Gate gate;
    private final HealthApi health;
    private final AccessApi access;
    private final EventsApi events;
    private final AgentSocket agents;
    private final JobsApi jobs;
    private final SubmitApi submit;
    private final RunsApi runs;
    private final NodesApi nodes;
    private final LimitsApi limits;
    private final FarmApi farm;
    private final UsageApi usage;
    private final Page page = new Page();
    private final Supplier<String> figures;

    /**
     * @param hostNames names that the server goes by
     * @param figures what is shown at {@code /metrics}
     */
    public Api(
            Set<String> hostNames,
            Tokens tokens,
            LoginLinks links,
            FarmLoop loop,
            AgentLink link,
            Live live,
            JobsApi jobs,
            SubmitApi submit,
            RunsApi runs,
            NodesApi nodes,
            LimitsApi limits,
            FarmApi farm,
            UsageApi usage,
            Supplier<String> figures) {
        gate = new Gate(new Hosts(hostNames), tokens);
        health = new HealthApi(loop);
        access = new AccessApi(tokens, links);
        events = new EventsApi(live);
        agents = new AgentSocket(link);
        this.jobs = jobs;
        this.submit = submit;
        this.runs = runs;
        this.nodes = nodes;
        this.limits = limits;
        this.farm = farm;
        this.usage = usage;
        this.figures = figures;
    }

    /** A web server with these routes, not yet started. */
    public Javalin javalin() {
        return Javalin.create(this::configure);
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.concurrency.useVirtualThreads = true;
        config.http.prefer405over404 = true;
        config.http.maxRequestSize = 8L << 20;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setSendXPoweredBy(false);
        });
        config.jetty.modifyWebSocketServletFactory(
                factory -> factory.setMaxTextMessageSize(Wire.MAX_BYTES));
        Problems.install(config);
        routes(config.routes);
    }

    private void routes(RoutesConfig routes) {
        routes.before(Api::harden);
        routes.before(gate::checkHost);
        routes.before("/api/*", gate::identify);
        routes.before("/metrics", gate::identify);
        routes.beforeMatched(Gate::authorise);
        routes.wsBeforeUpgrade(gate::checkHost);
        routes.wsBeforeUpgrade(gate::identify);
        routes.wsBeforeUpgrade(AgentSocket::authorise);
        routes.ws(BASE + "/agent", agents::configure);

        routes.get("/health/live", health::live, Access.ALL);
        routes.get("/health/ready", health::ready, Access.ALL);
        routes.get(
                "/metrics",
                ctx -> ctx.contentType("text/plain; version=0.0.4").result(figures.get()),
                Access.READ);
        routes.get("/login", access::login, Access.ALL);
        routes.get(BASE + "/openapi.yaml", health::contract, Access.READ);
        live(routes);
        jobs(routes);
        runs(routes);
        routes.get("/api/*", Api::nothing, Access.ALL);
        routes.get("/*", page::serve, Access.ALL);
    }

    private void live(RoutesConfig routes) {
        routes.get(BASE + "/farm", farm::get, Access.READ);
        routes.get(BASE + "/usage", usage::get, Access.READ);
        routes.get(BASE + "/events", events::follow, Access.READ);
        routes.post(BASE + "/login-links", access::createLink, Access.CHANGE);
        routes.get(BASE + "/tokens", access::list, Access.CHANGE);
        routes.post(BASE + "/tokens", access::create, Access.CHANGE);
        routes.delete(BASE + "/tokens/{token}", access::delete, Access.CHANGE);
        routes.get(BASE + "/nodes", nodes::list, Access.READ);
        routes.get(BASE + "/nodes/{node}", nodes::get, Access.READ);
        routes.get(BASE + "/nodes/{node}/explain", nodes::explain, Access.READ);
        routes.post(BASE + "/nodes/{node}:release-runs", nodes::releaseRuns, Access.CHANGE);
        routes.post(BASE + "/nodes/{node}:try-again", nodes::tryAgain, Access.CHANGE);
        limits(routes);
    }

    private void limits(RoutesConfig routes) {
        routes.get(BASE + "/limits", limits::list, Access.READ);
        routes.get(BASE + "/limits/{limit}", limits::get, Access.READ);
        routes.put(BASE + "/limits/{limit}", limits::set, Access.CHANGE);
        routes.patch(BASE + "/limits/{limit}", limits::edit, Access.CHANGE);
        routes.delete(BASE + "/limits/{limit}", limits::delete, Access.CHANGE);
        routes.get(BASE + "/limits/{limit}/explain", limits::explain, Access.READ);
        routes.get(BASE + "/limits/{limit}/history", limits::history, Access.READ);
    }

    private void jobs(RoutesConfig routes) {
        routes.get(BASE + "/job-types", submit::jobTypes, Access.READ);
        routes.post(BASE + "/jobs", submit::submit, Access.CHANGE);
        routes.post(BASE + "/jobs:check", submit::check, Access.CHANGE);
        routes.post(BASE + "/demo", submit::demo, Access.CHANGE);
        routes.get(BASE + "/jobs", jobs::list, Access.READ);
        routes.get(BASE + "/jobs/{job}", jobs::get, Access.READ);
        routes.patch(BASE + "/jobs/{job}", jobs::edit, Access.CHANGE);
        routes.delete(BASE + "/jobs/{job}", jobs::delete, Access.CHANGE);
        routes.post(BASE + "/jobs/{job}:hold", jobs::hold, Access.CHANGE);
        routes.post(BASE + "/jobs/{job}:release", jobs::release, Access.CHANGE);
        routes.post(BASE + "/jobs/{job}:cancel", jobs::cancel, Access.CHANGE);
        routes.post(BASE + "/jobs/{job}:retry", jobs::retry, Access.CHANGE);
        routes.post(BASE + "/jobs/{job}:archive", jobs::archive, Access.CHANGE);
        routes.post(BASE + "/jobs/{job}:unarchive", jobs::unarchive, Access.CHANGE);
        routes.get(BASE + "/jobs/{job}/strip", jobs::strip, Access.READ);
        routes.get(BASE + "/jobs/{job}/tasks", jobs::tasks, Access.READ);
        routes.get(BASE + "/jobs/{job}/runs", jobs::runs, Access.READ);
        routes.get(BASE + "/jobs/{job}/outputs", jobs::outputs, Access.READ);
        routes.get(BASE + "/jobs/{job}/outputs.zip", runs::zip, Access.READ);
        routes.get(BASE + "/jobs/{job}/history", jobs::history, Access.READ);
        routes.get(BASE + "/jobs/{job}/explain", jobs::explain, Access.READ);
        routes.get(
                BASE + "/jobs/{job}/steps/{step}/tasks/{index}/explain",
                jobs::explainTask,
                Access.READ);
    }

    private void runs(RoutesConfig routes) {
        routes.get(BASE + "/runs/{run}", runs::get, Access.READ);
        routes.get(BASE + "/runs/{run}/log", runs::log, Access.READ);
        routes.put(BASE + "/runs/{run}/log", runs::keepLog, Access.AGENT);
        routes.get(BASE + "/runs/{run}/thumbnails/{label}", runs::thumbnail, Access.READ);
        routes.put(BASE + "/runs/{run}/thumbnails/{label}", runs::keepThumbnail, Access.AGENT);
        routes.get(BASE + "/runs/{run}/outputs/{label}", runs::output, Access.READ);
    }

    private static void harden(Context ctx) {
        ctx.header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin");
    }

    private static void nothing(Context ctx) {
        throw Problem.of(404, "not_found", "There is nothing at this address.");
    }
}
