package org.lumenyard.agent.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lumenyard.agent.Action;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.engine.Engine;
import org.lumenyard.agent.engine.Engines;
import org.lumenyard.agent.engine.TimeLimit;
import org.lumenyard.agent.engine.Work;
import org.lumenyard.agent.guard.ProcessTrees;
import org.lumenyard.agent.shell.RunWatch.Verdict;
import org.lumenyard.protocol.ServerMessage.Start;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where runs are worked on, each by an engine on a thread of its own. */
final class Workshop {
    private static final Logger log = LoggerFactory.getLogger(Workshop.class);
    private static final long LOG_PATIENCE_MILLIS = 2_000;

    private final StateFolder folder;
    private final Engines engines;
    private final Programs programs;
    private final Launchpad launchpad;
    private final WarmInstances instances;
    private final Uploads uploads;
    private final Mailbox mailbox;
    private final Executor disks;
    private final LongSupplier clock;
    private final Map<Long, Job> jobs = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<Void>> uploading = new ConcurrentHashMap<>();

    Workshop(
            StateFolder folder,
            Engines engines,
            Programs programs,
            Launchpad launchpad,
            WarmInstances instances,
            Uploads uploads,
            Mailbox mailbox,
            Executor disks,
            LongSupplier clock) {
        this.folder = folder;
        this.engines = engines;
        this.programs = programs;
        this.launchpad = launchpad;
        this.instances = instances;
        this.uploads = uploads;
        this.mailbox = mailbox;
        this.disks = disks;
        this.clock = clock;
    }

    /** Begins a run; its end will be told. */
    void start(Action.StartRun action) {
        var job = new Job(action);
        jobs.put(action.order().run(), job);
        job.thread.start();
    }

    /** Ends a run before its time, by the server's order or the agent's; its end will be told. */
    void kill(long run) {
        Job job = jobs.get(run);
        if (job != null) {
            job.kill();
        }
    }

    /** Looks after all runs, and ends those that stand still or take too long. */
    void watch() {
        var trees = new FutureTask<ProcessTrees>(ProcessTrees::look);
        for (Job job : jobs.values()) {
            job.watch(() -> {
                trees.run();
                return trees.resultNow();
            });
        }
    }

    /** Waits a little while until the server has the run's log and pictures. */
    void awaitUploads(long run) {
        CompletableFuture<Void> done =
                uploading.getOrDefault(run, CompletableFuture.completedFuture(null));
        done.copy().completeOnTimeout(null, LOG_PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
    }

    /** Removes what is kept of a run, once its log is with the server. */
    void forget(long run) {
        launchpad.forget(run);
        CompletableFuture<Void> done = uploading.remove(run);
        if (done == null) {
            new WorkFolder(folder.work(run)).remove();
        } else {
            done.thenRunAsync(() -> new WorkFolder(folder.work(run)).remove(), disks);
        }
    }

    /** Takes care of what an earlier life left of runs that it did not finish: parts and logs. */
    void takeOverLeftovers(List<FinalReport> spooled) throws IOException {
        var kept = spooled.stream().map(FinalReport::run).collect(Collectors.toSet());
        try (var folders = Files.newDirectoryStream(folder.work(), "[0-9]*")) {
            for (Path path : folders) {
                long run = Long.parseLong(path.getFileName().toString());
                var home = new WorkFolder(path);
                if (!kept.contains(run)) {
                    OutputFiles.clearParts(run, home.outputFolders(), Set.of());
                }
                var upload = uploads.begin(run, home.logFile());
                home.thumbnails().forEach(upload::picture);
                var done = upload.finish();
                if (kept.contains(run)) {
                    uploading.put(run, done);
                } else {
                    done.thenRunAsync(home::remove, disks);
                }
            }
        } catch (NumberFormatException strange) {
            log.warn("There is something strange in {}", folder.work(), strange);
        }
    }

    private final class Job {
        private final Action.StartRun action;
        private final Start order;
        private final Thread thread;
        private final Object ends = new Object();
        private boolean over;
        private boolean killed;
        private @Nullable RunBench bench;
        private @Nullable RunWatch watch;
        private @Nullable Verdict verdict;

        Job(Action.StartRun action) {
            this.action = action;
            this.order = action.order();
            this.thread =
                    Thread.ofPlatform().daemon().name("run-" + order.run()).unstarted(this::work);
        }

        void kill() {
            synchronized (ends) {
                killed = true;
                end();
            }
        }

        private void end() {
            if (!over) {
                thread.interrupt();
            }
            if (bench != null) {
                bench.end();
            }
        }

        void watch(Supplier<ProcessTrees> trees) {
            RunWatch watching;
            RunBench watched;
            synchronized (ends) {
                watching = watch;
                watched = bench;
                if (watching == null || watched == null || over || killed || verdict != null) {
                    return;
                }
            }
            watching.look(trees).ifPresent(found -> cutShort(found, watched));
        }

        private void cutShort(Verdict found, RunBench watched) {
            log.info("run {}: {} {}", order.run(), found.reason().code(), found.sentence());
            found.notes().forEach(watched::log);
            synchronized (ends) {
                if (!over && !killed) {
                    verdict = found;
                    end();
                }
            }
        }

        private void work() {
            var ending = new Ending(order, action.identity().farm());
            try {
                var home = new WorkFolder(folder.work(order.run()));
                home.create();
                var runLog = RunLog.create(home.logFile());
                var upload = uploads.begin(order.run(), runLog.file());
                try {
                    workWith(ending, home, runLog, upload);
                } finally {
                    runLog.close();
                    uploading.put(order.run(), upload.finish());
                }
            } catch (IOException e) {
                log.warn(
                        "run {}: the agent's own disk does not take its files: {}",
                        order.run(),
                        e.getMessage());
                mailbox.post(new Event.SpoolTried(false));
                ending.refusedByDisk();
            } catch (RuntimeException e) {
                log.error("run {}: the agent erred", order.run(), e);
                ending.failed("agent_error", "The agent itself erred: " + e + ".");
            } finally {
                jobs.remove(order.run(), this);
                mailbox.post(new Event.RunEnded(report(ending)));
            }
        }

        private FinalReport report(Ending ending) {
            try {
                return ending.report();
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        private void workWith(
                Ending ending, WorkFolder home, RunLog runLog, Uploads.RunUpload upload)
                throws IOException {
            var runBench =
                    new RunBench(
                            action.identity(),
                            order.run(),
                            order.instance(),
                            home,
                            launchpad,
                            instances,
                            programs,
                            runLog,
                            upload,
                            mailbox);
            synchronized (ends) {
                bench = runBench;
                if (killed) {
                    runBench.end();
                }
            }
            try {
                runEngine(ending, home, runBench);
            } finally {
                Verdict found;
                synchronized (ends) {
                    over = true;
                    found = verdict;
                    boolean wasInterrupted = Thread.interrupted();
                    log.debug("run {} is over, interrupted: {}", order.run(), wasInterrupted);
                }
                if (found != null) {
                    ending.cutShort(found.reason().code(), found.sentence());
                }
                ending.deaths(runBench.awaitDeaths());
                ending.workedWith(runBench.programNames());
            }
            if (!ending.isDone()) {
                OutputFiles.clearParts(order.run(), home.outputFolders(), ending.parts());
            }
            ending.lastWords().ifPresent(runLog::add);
        }

        private void runEngine(Ending ending, WorkFolder home, RunBench runBench)
                throws IOException {
            Engine engine = engines.named(order.engine()).orElse(null);
            if (engine == null) {
                ending.failed(
                        "bad_settings",
                        "This agent has no engine called \"" + order.engine() + "\".");
                return;
            }
            Work work;
            try {
                work = WorkOrder.read(order, runBench.scratch());
            } catch (IllegalArgumentException refused) {
                ending.failed(
                        "bad_settings", "The task cannot be read: " + refused.getMessage() + ".");
                return;
            }
            home.noteOutputFolders(WorkOrder.outputFolders(work));
            try {
                if (isKilled()) {
                    throw new InterruptedException();
                }
                beginToWatch(work, runBench);
                ending.resulted(engine.run(work, runBench));
            } catch (InterruptedException stopped) {
                ending.interrupted(runBench.verified());
            } catch (RuntimeException e) {
                log.error("run {}: the engine {} erred", order.run(), order.engine(), e);
                ending.failed(
                        "agent_error",
                        "The agent's " + order.engine() + " engine erred: " + e + ".");
            }
        }

        private void beginToWatch(Work work, RunBench runBench) {
            long told = order.stallAfterMillis();
            long stallMillis = told > 0 ? told : RunWatch.USUAL_STALL_MILLIS;
            var begun = new RunWatch(runBench, stallMillis, TimeLimit.millis(work), clock, disks);
            synchronized (ends) {
                watch = begun;
            }
        }

        private boolean isKilled() {
            synchronized (ends) {
                return killed;
            }
        }
    }
}
