package org.lumenyard.agent.shell;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.lumenyard.agent.Action;
import org.lumenyard.agent.AgentCore;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.Identity;
import org.lumenyard.agent.engine.Engines;
import org.lumenyard.agent.guard.BootClock;
import org.lumenyard.agent.guard.CannotFenceException;
import org.lumenyard.agent.guard.Guards;
import org.lumenyard.agent.guard.Sweep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running agent. There is one to a process at a time, because its guards are. */
public final class AgentProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AgentProcess.class);
    private static final long LONGEST_WAIT = 2_000;
    private static final long PULSE_MILLIS = 2_000;
    private static final Duration GUARD_PATIENCE = Duration.ofSeconds(20);
    private static final Duration SWEEP_PATIENCE = Duration.ofSeconds(30);
    private static final long FINISH_SECONDS = 1;
    private static final long KILL_SECONDS = 4;
    private static final long TELL_AGAIN_MILLIS = 60_000;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final AgentCore core;
    private final Mailbox mailbox = new Mailbox();
    private final StateFolder folder;
    private final Spool spool;
    private final Guards guards;
    private final Launchpad launchpad;
    private final WarmInstances instances;
    private final Workshop workshop;
    private final Uploads uploads;
    private final ServerLine line;
    private final Lookout lookout;
    private final List<FinalReport> spooled;

    /** What is kept in the state folder is written here, one thing after the other. */
    private final ExecutorService disk =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("disk").factory());

    /**
     * Output folders may be on a slow or dead file server: each report has a thread to wait on it.
     */
    private final ExecutorService outputs =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("outputs-", 0).factory());

    private final ScheduledExecutorService pulse =
            Executors.newScheduledThreadPool(
                    2, Thread.ofPlatform().daemon().name("pulse-", 0).factory());
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private String lastWord = "erred";
    private String lastTold = "";
    private long lastToldAt;
    private volatile boolean over;

    private AgentProcess(AgentSettings settings, StateFolder folder) throws IOException {
        this.folder = folder;
        this.spool = new Spool(folder);
        this.spooled = spool.reports();
        Identity identity = spool.identity();
        this.guards = Guards.open(folder.path());
        this.launchpad = new Launchpad(guards);
        this.instances = new WarmInstances(launchpad, mailbox);
        Engines engines = Engines.builtIn(folder.engines());
        HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build();
        this.uploads = new Uploads(settings.server(), settings.token(), client);
        var programs = new Programs();
        this.workshop =
                new Workshop(
                        folder,
                        engines,
                        programs,
                        launchpad,
                        instances,
                        uploads,
                        mailbox,
                        outputs,
                        AgentProcess::awakeMillis);
        this.line = new ServerLine(settings.server(), settings.token(), mailbox, client);
        this.lookout =
                new Lookout(
                        settings,
                        folder.lookRequest(),
                        engines,
                        new Machine(settings),
                        programs,
                        mailbox);
        this.core = new AgentCore(settings.policy(), identity, spooled);
    }

    /**
     * Runs an agent until it is told to stop, by SIGTERM for instance, and comes back when all its
     * work has ended.
     *
     * @return why it ended, a sentence
     * @throws FolderInUseException when another agent has the state folder
     * @throws CannotFenceException when this machine cannot run the process guard
     * @throws IOException when the state folder cannot be used
     */
    public static String run(AgentSettings settings) throws IOException, InterruptedException {
        AgentProcess agent = start(settings);
        Thread onSignal = Thread.ofPlatform().unstarted(agent::close);
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            return agent.awaitEnd();
        } finally {
            agent.forgetHook(onSignal);
        }
    }

    private void forgetHook(Thread onSignal) {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException alreadyShuttingDown) {
            log.debug("the hook is running");
        }
    }

    /**
     * Starts an agent beside what else this process does.
     *
     * @throws IOException as {@link #run}
     */
    public static AgentProcess start(AgentSettings settings) throws IOException {
        StateFolder folder = StateFolder.open(settings.stateFolder());
        try {
            var agent = new AgentProcess(settings, folder);
            Thread.ofPlatform().name("agent").start(agent::live);
            return agent;
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** Asks the agent to end its work and go; returns at once. */
    public void stop() {
        mailbox.post(new Event.StopAsked());
    }

    /** Waits until the agent has gone; returns why. */
    public String awaitEnd() throws InterruptedException {
        try {
            return ended.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("the agent erred", e.getCause());
        }
    }

    /** Stops the agent and waits until it has gone, 10 s at most. */
    @Override
    public void close() {
        stop();
        ended.copy()
                .exceptionally(String::valueOf)
                .completeOnTimeout("", STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private void live() {
        try {
            workshop.takeOverLeftovers(spooled);
            pulse.scheduleWithFixedDelay(this::beat, 0, PULSE_MILLIS, TimeUnit.MILLISECONDS);
            pulse.scheduleWithFixedDelay(
                    this::watch, PULSE_MILLIS, PULSE_MILLIS, TimeUnit.MILLISECONDS);
            lookout.begin();
            perform(core.apply(new Event.Begun(), BootClock.nowMillis()));
            while (!over) {
                Event event = mailbox.await(waitMillis());
                perform(
                        core.apply(
                                event == null ? new Event.Woke() : event, BootClock.nowMillis()));
            }
        } catch (InterruptedException | IOException | RuntimeException e) {
            log.error("The agent erred and ends.", e);
            ended.completeExceptionally(e);
        } finally {
            end();
        }
    }

    /**
     * The wait counts on a clock that stands still while the machine sleeps, so it is kept short.
     */
    private long waitMillis() {
        long moment = core.nextWake().orElse(Long.MAX_VALUE);
        return Math.clamp(moment - BootClock.nowMillis(), 0, LONGEST_WAIT);
    }

    private void end() {
        line.close();
        lookout.end();
        pulse.shutdownNow();
        uploads.close();
        endProcesses();
        finish(disk);
        finish(outputs);
        try {
            folder.close();
        } catch (IOException e) {
            log.debug("the lock could not be given back", e);
        }
        ended.complete(lastWord);
    }

    /** What cannot be killed just now is left to its guard, which does not go before it. */
    private void endProcesses() {
        CompletableFuture.runAsync(
                        guards::close,
                        command -> Thread.ofPlatform().daemon().name("end").start(command))
                .completeOnTimeout(null, KILL_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Whoever comes next on this folder shall find nobody writing. */
    private static void finish(ExecutorService tasks) {
        tasks.shutdown();
        try {
            if (!tasks.awaitTermination(FINISH_SECONDS, TimeUnit.SECONDS)) {
                log.warn("Something on disk does not end; the agent goes without it.");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is looked after now and then, whatever happens. */
    private void beat() {
        try {
            mailbox.post(Machine.measure());
            instances.measure();
            guards.attend(GUARD_PATIENCE);
        } catch (RuntimeException e) {
            log.warn("The pulse erred.", e);
        }
    }

    private void watch() {
        try {
            workshop.watch();
        } catch (RuntimeException e) {
            log.warn("The watch over the runs erred.", e);
        }
    }

    /** A clock for waiting: it stands still while the machine sleeps, as its processes do. */
    private static long awakeMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void perform(List<Action> actions) {
        actions.forEach(this::perform);
    }

    private void perform(Action action) {
        switch (action) {
            case Action.Sweep(Identity identity) ->
                    Thread.ofPlatform().daemon().name("sweep").start(() -> sweep(identity));
            case Action.Connect(long connection, int attempt) -> line.connect(connection, attempt);
            case Action.Disconnect(long connection) -> line.disconnect(connection);
            case Action.Send(long connection, var message) -> line.send(connection, message);
            case Action.Remember(Identity identity) -> disk.execute(() -> remember(identity));
            case Action.StartRun start -> {
                launchpad.lease(start.leaseEndsAt());
                workshop.start(start);
            }
            case Action.KillRun(long run) -> workshop.kill(run);
            case Action.EndInstance(long instance) -> instances.end(instance);
            case Action.RenewLease(long endsAt) -> launchpad.renew(endsAt);
            case Action.Spool(FinalReport report) -> disk.execute(() -> spool(report));
            case Action.TrySpool() ->
                    disk.execute(() -> mailbox.post(new Event.SpoolTried(spool.isWritable())));
            case Action.Publish publish -> outputs.execute(() -> publish(publish));
            case Action.Discard(FinalReport report) ->
                    outputs.execute(() -> OutputFiles.discard(report));
            case Action.Forget(long run) -> disk.execute(() -> forget(run));
            case Action.Tell(String sentence) -> tell(sentence);
            case Action.Exit(String why) -> {
                log.info("The agent goes: {}.", why);
                lastWord = why;
                over = true;
            }
        }
    }

    /** What is said again and again is said once a minute. */
    private void tell(String sentence) {
        long now = BootClock.nowMillis();
        if (!sentence.equals(lastTold) || now - lastToldAt >= TELL_AGAIN_MILLIS) {
            log.info(sentence);
            lastToldAt = now;
        }
        lastTold = sentence;
    }

    private void sweep(Identity identity) {
        try {
            while (!over) {
                var swept =
                        new Sweep(
                                        Launchpad.farmWord(identity.farm()),
                                        Long.toString(identity.node()))
                                .before(Long.MAX_VALUE, SWEEP_PATIENCE);
                if (swept.killed() > 0) {
                    log.info("Killed {} processes of an earlier life.", swept.killed());
                }
                if (swept.clean()) {
                    mailbox.post(new Event.Swept());
                    return;
                }
                log.warn(
                        "Processes of an earlier life do not end: {}. The agent waits for them.",
                        swept.unended());
            }
        } catch (InterruptedException never) {
            Thread.currentThread().interrupt();
        }
    }

    private void remember(Identity identity) {
        try {
            spool.keep(identity);
            mailbox.post(new Event.Remembered(identity));
        } catch (IOException e) {
            mailbox.post(new Event.NotRemembered(identity, String.valueOf(e.getMessage())));
        }
    }

    private void spool(FinalReport report) {
        try {
            spool.keep(report);
            mailbox.post(new Event.Spooled(report.run()));
        } catch (IOException e) {
            mailbox.post(new Event.NotSpooled(report.run(), String.valueOf(e.getMessage())));
        }
    }

    /**
     * The log's last part and the pictures come before the report, if the server takes them soon.
     */
    private void publish(Action.Publish publish) {
        Event outcome = OutputFiles.publish(publish.report(), publish.notAfter());
        workshop.awaitUploads(publish.report().run());
        mailbox.post(outcome);
    }

    private void forget(long run) {
        try {
            spool.forget(run);
        } catch (IOException e) {
            log.warn("The spooled report of run {} could not be removed: {}", run, e.getMessage());
        }
        workshop.forget(run);
    }
}
