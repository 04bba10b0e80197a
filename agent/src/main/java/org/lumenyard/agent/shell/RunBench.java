package org.lumenyard.agent.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.Identity;
import org.lumenyard.agent.engine.Bench;
import org.lumenyard.agent.engine.Output;
import org.lumenyard.agent.engine.Program;
import org.lumenyard.agent.engine.Running;
import org.lumenyard.agent.engine.Seat;
import org.lumenyard.agent.engine.WarmKey;
import org.lumenyard.agent.guard.Death;
import org.lumenyard.agent.shell.WarmInstances.Lent;

/** One run's bench: guarded processes, its log, its pictures. Thread-safe. */
final class RunBench implements Bench, RunWatch.Watched {
    private final Identity identity;
    private final long run;
    private final long instance;
    private final WorkFolder home;
    private final Launchpad launchpad;
    private final WarmInstances instances;
    private final Programs programs;
    private final RunLog log;
    private final Uploads.RunUpload upload;
    private final Mailbox mailbox;
    private final List<GuardedRunning> processes = new ArrayList<>();
    private final List<Lent> seats = new ArrayList<>();
    private final List<Output> verified = new ArrayList<>();
    private final Set<String> programNames = new LinkedHashSet<>();
    private final AtomicLong reported = new AtomicLong();
    private boolean begun;
    private boolean ended;

    RunBench(
            Identity identity,
            long run,
            long instance,
            WorkFolder home,
            Launchpad launchpad,
            WarmInstances instances,
            Programs programs,
            RunLog log,
            Uploads.RunUpload upload,
            Mailbox mailbox) {
        this.identity = identity;
        this.run = run;
        this.instance = instance;
        this.home = home;
        this.launchpad = launchpad;
        this.instances = instances;
        this.programs = programs;
        this.log = log;
        this.upload = upload;
        this.mailbox = mailbox;
    }

    @Override
    public Running start(Program program) throws IOException {
        refuseWhenEnded();
        GuardedRunning process = launchpad.start(identity, run, program);
        synchronized (this) {
            processes.add(process);
            if (ended) {
                process.kill();
            }
        }
        tellBegun(program);
        return process;
    }

    /** Without an instance of the server's the process ends with the run. */
    @Override
    public Seat seat(WarmKey key, Program program) throws IOException {
        refuseWhenEnded();
        Lent lent =
                instance == 0
                        ? new Lent(launchpad.start(identity, run, program), true) {
                            @Override
                            public void keep(long residentMiB) {
                                close();
                            }
                        }
                        : instances.take(identity, instance, key, program);
        synchronized (this) {
            seats.add(lent);
            if (ended) {
                lent.kill();
            }
        }
        tellBegun(program);
        return lent;
    }

    /** A run has begun when a process works for it. */
    private void tellBegun(Program program) {
        synchronized (this) {
            programs.nameOf(program).ifPresent(programNames::add);
            if (begun) {
                return;
            }
            begun = true;
        }
        mailbox.post(new Event.RunBegan(run));
    }

    private synchronized void refuseWhenEnded() throws IOException {
        if (ended) {
            throw new IOException("the run is being ended");
        }
    }

    @Override
    public Path scratch() {
        return home.scratch();
    }

    @Override
    public void log(String line) {
        log.add(line);
    }

    @Override
    public void progress(double fraction, String text) {
        reported.incrementAndGet();
        mailbox.post(new Event.RunProgressed(run, fraction, text));
    }

    @Override
    public void verified(Output output) {
        reported.incrementAndGet();
        synchronized (this) {
            verified.add(output);
        }
        Path thumbnail = output.thumbnail();
        if (thumbnail != null) {
            keepThumbnail(output.label(), thumbnail);
        }
    }

    /**
     * Out of the engine's way, and where the next life finds it if this one ends before it is sent.
     */
    private void keepThumbnail(String label, Path thumbnail) {
        try {
            upload.picture(label, home.keepThumbnail(label, thumbnail));
        } catch (IOException lost) {
            log.add("lumenyard: the small picture of " + label + " is lost: " + lost.getMessage());
        }
    }

    /** The programs that worked for the run, as people call them. */
    synchronized Set<String> programNames() {
        return new LinkedHashSet<>(programNames);
    }

    synchronized List<Output> verified() {
        return List.copyOf(verified);
    }

    @Override
    public synchronized long spoken() {
        return reported.get()
                + log.size()
                + held().mapToLong(process -> 1 + process.heardBytes()).sum();
    }

    @Override
    public synchronized List<Long> guards() {
        return held().map(GuardedRunning::guardPid).toList();
    }

    /** All that was started for the run or lent to it, also what is over. */
    private Stream<GuardedRunning> held() {
        return Stream.concat(processes.stream(), seats.stream().map(Lent::guarded));
    }

    @Override
    public long fileBytes() {
        return OutputFiles.partBytes(run, home.outputFolders());
    }

    /** Kills all that the run has, now and from now on; what was given back lives on. */
    synchronized void end() {
        ended = true;
        processes.forEach(GuardedRunning::close);
        seats.forEach(Lent::kill);
    }

    /** Ends what is still there and waits for the proof; not to be interrupted. */
    List<Death> awaitDeaths() {
        end();
        List<GuardedRunning> all;
        synchronized (this) {
            all =
                    Stream.concat(
                                    processes.stream(),
                                    seats.stream()
                                            .flatMap(seat -> Stream.ofNullable(seat.toBeGone())))
                            .toList();
        }
        all.forEach(GuardedRunning::abandon);
        return all.stream().map(process -> process.death().join()).toList();
    }
}
