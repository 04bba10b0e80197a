package org.lumenyard.server;

import io.javalin.Javalin;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Band;
import org.lumenyard.jobs.Planner;
import org.lumenyard.jobs.Submission;
import org.lumenyard.server.api.Api;
import org.lumenyard.server.api.FarmApi;
import org.lumenyard.server.api.JobsApi;
import org.lumenyard.server.api.LimitsApi;
import org.lumenyard.server.api.NodesApi;
import org.lumenyard.server.api.RunsApi;
import org.lumenyard.server.api.SubmitApi;
import org.lumenyard.server.api.UsageApi;
import org.lumenyard.server.auth.Caller;
import org.lumenyard.server.auth.LoginLinks;
import org.lumenyard.server.auth.Role;
import org.lumenyard.server.auth.Secret;
import org.lumenyard.server.auth.Tokens;
import org.lumenyard.server.bulk.ArchiveFolder;
import org.lumenyard.server.bulk.Logs;
import org.lumenyard.server.bulk.OutputFiles;
import org.lumenyard.server.bulk.Thumbnails;
import org.lumenyard.server.forecast.Forecasts;
import org.lumenyard.server.forecast.PastForecasts;
import org.lumenyard.server.link.AgentLink;
import org.lumenyard.server.link.BootClock;
import org.lumenyard.server.link.Leases;
import org.lumenyard.server.link.Orders;
import org.lumenyard.server.link.Telemetry;
import org.lumenyard.server.live.Live;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.server.loop.ReignWatch;
import org.lumenyard.store.FolderLock;
import org.lumenyard.store.Place;
import org.lumenyard.store.Store;
import org.lumenyard.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server: everything is made and tied together here, and nowhere else. */
public final class LumenyardServer implements AutoCloseable {
    private static final int PORTS_TRIED = 100;
    private static final Duration LEAVE_TAKING = Duration.ofSeconds(1);
    private static final Duration KEYS_KEPT = Duration.ofHours(24);
    private static final Logger LOG = LoggerFactory.getLogger(LumenyardServer.class);

    private final @Nullable FolderLock folder;
    private final Store store;
    private final ReignWatch reigns;
    private final FarmLoop loop;
    private final AgentLink link;
    private final Live live;
    private final Logs logs;
    private final Tokens tokens;
    private final LoginLinks links;
    private final ServerSettings settings;
    private final Api api;
    private final SlicedWork slices;
    private final Retention retention;
    private final Forecasts forecasts;
    private final PastForecasts past;
    private final ScheduledExecutorService housekeeping =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("housekeeping").factory());
    private @Nullable Javalin web;

    private LumenyardServer(ServerSettings settings, Planner planner) throws IOException {
        this.settings = settings;
        Clock clock = Clock.systemUTC();
        // A farm in the folder locks it itself.
        folder = settings.database() == null ? null : FolderLock.take(settings.dataFolder());
        store = open(settings, planner, folder);
        var boot = new BootClock();
        reigns = new ReignWatch(store, boot);
        var telemetry = new Telemetry();
        List<Path> folders =
                Stream.of("logs", "thumbnails", "archive")
                        .map(settings.dataFolder()::resolve)
                        .toList();
        logs = new Logs(folders.get(0));
        var thumbnails = new Thumbnails(folders.get(1));
        slices = new SlicedWork(store, new ArchiveFolder(folders.get(2)), logs, thumbnails);
        var figures = new Figures();
        past = new PastForecasts(figures);
        live = new Live();
        link =
                new AgentLink(
                        new Leases.Terms(settings.lease(), settings.killGrace()),
                        boot,
                        clock::millis,
                        telemetry,
                        live,
                        new Orders(store.pages(), planner),
                        reigns);
        loop =
                new FarmLoop(
                        store,
                        clock::millis,
                        new Publisher(link, live, telemetry, logs, slices, past),
                        figures);
        retention = new Retention(settings.keeping(), store, loop, logs, slices, folders);
        forecasts = new Forecasts(loop::view, clock::millis);
        tokens = new Tokens(store, clock);
        links = new LoginLinks(clock);
        measure(figures);
        var pages = store.pages();
        api =
                new Api(
                        hostNames(settings),
                        tokens,
                        links,
                        loop,
                        link,
                        live,
                        new JobsApi(
                                loop,
                                pages,
                                thumbnails,
                                planner,
                                telemetry,
                                forecasts,
                                clock::millis),
                        new SubmitApi(loop, store, planner, demo(settings.demo())),
                        new RunsApi(
                                pages,
                                logs,
                                thumbnails,
                                new OutputFiles(settings.roots(), settings.ownFolders()),
                                telemetry),
                        new NodesApi(loop, link, pages, telemetry, clock::millis),
                        new LimitsApi(loop, pages),
                        new FarmApi(loop, pages, version()),
                        new UsageApi(pages, planner, clock::millis),
                        figures::text);
    }

    private static Store open(ServerSettings settings, Planner planner, @Nullable FolderLock folder)
            throws IOException {
        try {
            Place.Postgres database = settings.database();
            return Store.open(
                    database == null ? new Place.Folder(settings.dataFolder()) : database,
                    planner.spaces());
        } catch (IOException | RuntimeException e) {
            if (folder != null) {
                folder.close();
            }
            throw e;
        }
    }

    /** Starts a server with the built-in job types, for files under the settings' roots. */
    public static LumenyardServer start(ServerSettings settings) throws IOException {
        return start(settings, new Planner(settings.roots()));
    }

    /**
     * Starts a server; when this returns it answers.
     *
     * @param planner makes plans of submissions
     * @throws org.lumenyard.store.FolderInUse when another server has the data folder
     * @throws org.lumenyard.store.DatabaseInUse when another server has the PostgreSQL database
     * @throws StoreFailure when the database cannot be opened
     * @throws IOException when no port can be listened on or the folder cannot be used
     */
    public static LumenyardServer start(ServerSettings settings, Planner planner)
            throws IOException {
        var server = new LumenyardServer(settings, planner);
        try {
            server.begin();
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        LOG.info("database: {}", store.effectiveSettings());
        loop.start();
        link.start(loop);
        logs.start();
        slices.begin(loop);
        past.start(forecasts);
        reigns.start(loop);
        housekeeping.scheduleWithFixedDelay(this::tidy, 1, 3600, TimeUnit.SECONDS);
        web = listen();
        if (settings.port() != 0 && port() != settings.port()) {
            LOG.warn("port {} is busy: listening on {} instead", settings.port(), port());
        }
        LOG.info("listening on {}", url());
    }

    private Javalin listen() throws IOException {
        boolean moves = !settings.portFixed() && settings.port() != 0;
        int last = moves ? Math.min(65_535, settings.port() + PORTS_TRIED) : settings.port();
        for (int port = settings.port(); port < last; port++) {
            if (isFree(port)) {
                return listen(port);
            }
        }
        return listen(last);
    }

    private boolean isFree(int port) {
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(settings.host(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Javalin listen(int port) throws IOException {
        Javalin candidate = api.javalin();
        try {
            return candidate.start(settings.host(), port);
        } catch (JavalinException e) {
            candidate.stop();
            throw new IOException(
                    "cannot listen on " + settings.host() + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private void measure(Figures figures) {
        figures.gauge("loop.waiting", "Commands that wait for the loop", loop::waiting);
        figures.gauge("agents.connected", "Agents connected and welcome", link::connected);
        figures.gauge("pages.following", "Clients that follow the events", live::followers);
        figures.gauge("revision", "The last stored batch", loop::revision);
        figures.counter(
                "slices", "Slices of deletions and archives done", slices, SlicedWork::slices);
        figures.tasks(loop::view);
    }

    private static @Nullable Submission demo(ServerSettings.@Nullable Demo demo) {
        return demo == null
                ? null
                : new Submission(
                        demo.jobType(),
                        null,
                        demo.parameters(),
                        demo.name(),
                        50,
                        Band.NORMAL,
                        false,
                        "",
                        "");
    }

    private static Set<String> hostNames(ServerSettings settings) {
        var names = new HashSet<>(settings.hostNames());
        names.add(settings.host());
        return names;
    }

    private static String version() {
        String version = LumenyardServer.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private void tidy() {
        try {
            tokens.forgetBrowsers();
            long before = System.currentTimeMillis() - KEYS_KEPT.toMillis();
            while (loop.trouble().isEmpty() && store.forgetAnswered(before) >= 1_000) {
                LOG.debug("forgot 1,000 answered requests");
            }
            retention.look();
        } catch (StoreFailure e) {
            LOG.debug("tidied another time: {}", e.getMessage());
        }
    }

    /** The port that it listens on. */
    public int port() {
        if (web == null) {
            throw new IllegalStateException("not started");
        }
        return web.port();
    }

    /** Where it answers. */
    public String url() {
        String host =
                settings.host().equals("0.0.0.0") || settings.host().equals("::")
                        ? "localhost"
                        : settings.host();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    /** Why it takes no changes now; empty when all is well. */
    public Optional<String> trouble() {
        return loop.trouble();
    }

    /**
     * A new token in place of all earlier ones of this name, such as the one that a local command
     * finds in its state file.
     *
     * @throws StoreFailure when it cannot be stored
     */
    public Secret issueToken(String name, Role role) {
        loop.awaitReign(Duration.ofSeconds(30));
        Tokens.Issued issued = tokens.issue(name, role);
        tokens.revokeOthers(name, issued.token());
        return issued.secret();
    }

    /** Whether this secret is that of a token with this role. */
    public boolean opens(String secret, Role role) {
        return tokens.caller(secret).filter(caller -> caller.role() == role).isPresent();
    }

    /** A link that logs a browser in as an administrator, once, within ten minutes. */
    public String loginLink(String name) {
        return url() + "/login?code=" + links.create(new Caller(name, Role.ADMIN)).text();
    }

    /** Stops: agents and their work go on, and come back to the next server. */
    @Override
    public void close() {
        housekeeping.shutdownNow();
        logs.close();
        live.end(LEAVE_TAKING);
        link.close();
        if (web != null) {
            web.stop();
        }
        reigns.close();
        loop.close();
        past.close();
        slices.close();
        try {
            store.close();
            if (folder != null) {
                folder.close();
            }
        } catch (IOException e) {
            LOG.warn("the data folder was not given back well", e);
        }
    }
}
