package org.lumenyard.server.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.Farm;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.FarmView;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Reply;
import org.lumenyard.store.AnsweredRequest;
import org.lumenyard.store.Batch;
import org.lumenyard.store.CannotStore;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;
import org.lumenyard.store.StoreFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The farm's one writer. Its thread drains waiting commands into a batch, applies each, places
 * once, commits everything in one transaction, and only then answers, sends and publishes.
 *
 * <p>A commit that fails, or whose outcome is unknown, ends the farm in memory: people are told to
 * come again, agents' commands go back to their lane (each is nothing when it is known already),
 * and the farm is loaded anew under a new term, with growing pauses for as long as that fails.
 */
public final class FarmLoop implements AutoCloseable {
    /** Starts and finishes that close a batch. */
    static final int FULL_BATCH = 64;

    private static final int MOST_COMMANDS = 256;
    private static final int MOST_PEOPLE = 2_000;
    private static final long COMPANY_MILLIS = 100;
    private static final long VIEW_MILLIS = 250;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(FarmLoop.class);

    /** A command with the farm's reply, which is yet to be stored. */
    private record Replied(Item item, Reply reply) {}

    private final Store store;
    private final LongSupplier clock;
    private final Outside outside;
    private final LoopFigures figures;
    private final Lanes lanes = new Lanes(MOST_PEOPLE);
    private final Thread thread;

    private final Object settled = new Object();

    private volatile boolean closing;
    private volatile boolean doubted;
    private volatile @Nullable String trouble = "The server is starting.";
    private volatile FarmView view = FarmView.EMPTY;
    private volatile @Nullable Reign reign;
    private volatile long revision;

    // Of the loop's thread only.
    private Farm farm = Farm.load(FarmImage.empty());
    private boolean viewIsOld;
    private long viewedAt;
    private long pause = FIRST_PAUSE_MILLIS;

    /**
     * @param clock milliseconds since the epoch
     */
    public FarmLoop(Store store, LongSupplier clock, Outside outside, LoopFigures figures) {
        this.store = store;
        this.clock = clock;
        this.outside = outside;
        this.figures = figures;
        thread = Thread.ofPlatform().name("farm-loop").unstarted(this::run);
    }

    /** Begins to reign; commands may be given before. */
    public void start() {
        thread.start();
    }

    /** Gives a command for a person; the answer comes when it is stored. */
    public CompletableFuture<Answer> ask(Command command) {
        return ask(command, null);
    }

    /** The same, keeping the answer for a repetition of the request. */
    public CompletableFuture<Answer> ask(Command command, @Nullable Keep keep) {
        var answer = new CompletableFuture<Answer>();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        // The caller goes on elsewhere: what it does next must not hold up the loop.
        Consumer<Answer> then = a -> answer.completeAsync(() -> a, Thread::startVirtualThread);
        String why = trouble;
        if (closing) {
            then.accept(stopping());
        } else if (why != null && reign != null) {
            then.accept(unavailable(why));
        } else if (!lanes.addPeople(new Item(command, false, deadline, keep, then))) {
            then.accept(
                    new Answer.Unavailable(
                            "busy", "Too many requests wait.", Duration.ofSeconds(1)));
        }
        return answer;
    }

    /**
     * Gives an agent's command.
     *
     * @param then takes the answer on the loop's thread, before any effect is sent; must not wait
     */
    public void report(Command command, Consumer<Answer> then) {
        if (closing) {
            then.accept(stopping());
        } else {
            lanes.addAgents(new Item(command, true, 0, null, then));
        }
    }

    /** The farm as it was at most a quarter of a second ago. */
    public FarmView view() {
        return view;
    }

    /** Why nothing can be changed now; empty when all is well. */
    public Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** The present reign, or the last one; empty before the first. */
    public Optional<Reign> reign() {
        return Optional.ofNullable(reign);
    }

    /** The reign may be over, or the database away: the store is asked before the next batch. */
    void doubt() {
        doubted = true;
        lanes.wake();
    }

    /** Waits until it reigns, or the patience is over. */
    public void awaitReign(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        synchronized (settled) {
            try {
                for (long left = patience.toMillis(); trouble != null && !closing && left > 0; ) {
                    settled.wait(left);
                    left = (until - System.nanoTime()) / 1_000_000;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The revision of the last stored batch. */
    public long revision() {
        return revision;
    }

    /** How many commands wait. */
    public int waiting() {
        return lanes.size();
    }

    /** Stops after the present batch; what waits is told so. */
    @Override
    public void close() {
        closing = true;
        lanes.wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Reigns

    private void run() {
        while (!closing) {
            try {
                reign(store.takeOver());
            } catch (StoreFailure e) {
                suffer(e.getMessage() == null ? "The database cannot be used." : e.getMessage());
            } catch (InterruptedException e) {
                closing = true;
            } catch (RuntimeException | Error e) {
                LOG.error("the farm's loop failed and begins anew", e);
                suffer("The farm failed and is loaded anew.");
            }
        }
        lanes.drainPeople().forEach(item -> item.then().accept(stopping()));
        lanes.drainAgents().forEach(item -> item.then().accept(stopping()));
    }

    private void reign(Reign begun) throws InterruptedException {
        FarmImage image = store.load();
        farm = Farm.load(image);
        revision = begun.revision();
        reign = begun;
        publishView();
        outside.began(begun, image);
        synchronized (settled) {
            trouble = null;
            settled.notifyAll();
        }
        LOG.info("reigning, term {}, revision {}", begun.term(), begun.revision());
        commit(List.of(), new ArrayList<>(), new ArrayList<>());
        while (!closing) {
            if (doubted) {
                doubted = false;
                store.assertReign();
            }
            turn();
        }
    }

    /** From here on people are told so, and nobody is declared lost. */
    private void trouble(String why) {
        boolean news = !why.equals(trouble);
        trouble = why;
        if (news) {
            LOG.warn("nothing can be stored: {}", why);
            outside.troubled(why);
        }
    }

    private void suffer(String why) {
        trouble(why);
        try {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            lanes.drainPeople().forEach(item -> item.then().accept(unavailable(why)));
            for (long left = pause;
                    left > 0 && !closing;
                    left = (until - System.nanoTime()) / 1_000_000) {
                Thread.sleep(Math.min(left, 50));
            }
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    // Batches

    private void turn() throws InterruptedException {
        lanes.await(patience(), COMPANY_MILLIS);
        var taken = new ArrayList<Item>();
        try {
            batch(taken);
        } catch (StoreFailure e) {
            if (!(e instanceof CannotStore)) {
                giveUp(taken, e.getMessage());
                throw e;
            }
            oneByOne(taken);
        } catch (RuntimeException e) {
            LOG.error("a batch of {} commands failed and is tried one by one", taken.size(), e);
            oneByOne(taken);
        } catch (Error e) {
            giveUp(taken, "The farm failed and is loaded anew.");
            throw e;
        }
        if (viewIsOld && clock.getAsLong() - viewedAt >= VIEW_MILLIS) {
            publishView();
        }
    }

    private long patience() {
        long now = clock.getAsLong();
        long wait = 60_000;
        if (farm.nextWake().isPresent()) {
            wait = Math.min(wait, farm.nextWake().getAsLong() - now);
        }
        if (viewIsOld) {
            wait = Math.min(wait, viewedAt + VIEW_MILLIS - now);
        }
        return Math.max(0, wait);
    }

    /** Fills {@code taken} with what it takes on, so that the caller knows it when this fails. */
    private void batch(List<Item> taken) {
        var replies = new ArrayList<Replied>();
        var changes = new ArrayList<Change>();
        var effects = new ArrayList<Effect>();
        long now = clock.getAsLong();
        if (farm.nextWake().isPresent() && farm.nextWake().getAsLong() <= now) {
            add(farm.apply(new Command.Wake(), now), changes, effects);
        }
        int weight = 0;
        while (weight < FULL_BATCH && taken.size() < MOST_COMMANDS) {
            Item item = lanes.poll();
            if (item == null) {
                break;
            }
            if (item.isLate()) {
                item.then().accept(new Answer.Unavailable("busy", "It took too long.", COME_AGAIN));
                continue;
            }
            if (needsCommitFirst(item, changes)) {
                lanes.putBack(List.of(item));
                break;
            }
            taken.add(item);
            int before = changes.size();
            replies.add(new Replied(item, apply(item, changes, effects)));
            weight += weight(item.command(), changes.subList(before, changes.size()));
        }
        commit(replies, changes, effects);
    }

    private Reply apply(Item item, List<Change> changes, List<Effect> effects) {
        if (item.command() instanceof Command.OfJob ofJob && !farm.knows(ofJob.job())) {
            store.loadJob(ofJob.job()).ifPresent(farm::recall);
        }
        Farm.Turn turn = farm.apply(item.command(), clock.getAsLong());
        add(turn, changes, effects);
        return turn.reply();
    }

    /** A job that left memory in this very batch is not yet in the store as it left. */
    private boolean needsCommitFirst(Item item, List<Change> changes) {
        return item.command() instanceof Command.OfJob ofJob
                && !changes.isEmpty()
                && !farm.knows(ofJob.job());
    }

    /**
     * A finish makes room for a start, so it counts for two; what people ask counts as one, and
     * word that a run has started only rides along.
     */
    private static int weight(Command command, List<Change> changes) {
        if (command instanceof Command.Started) {
            return 0;
        }
        int ended = 0;
        for (Change change : changes) {
            if (change instanceof Change.RunEnded) {
                ended++;
            }
        }
        return Math.max(1, 2 * ended);
    }

    private void commit(List<Replied> replies, List<Change> changes, List<Effect> effects) {
        add(farm.place(clock.getAsLong()), changes, effects);
        if (!changes.isEmpty()) {
            long started = System.nanoTime();
            store.commit(
                    new Batch(
                            revision + 1, farm.nextId(), List.copyOf(changes), answered(replies)));
            revision++;
            viewIsOld = true;
            pause = FIRST_PAUSE_MILLIS;
            figures.committed(replies.size(), changes.size(), System.nanoTime() - started);
        }
        for (Replied reply : replies) {
            answer(reply.item(), new Answer.Replied(reply.reply(), revision));
        }
        if (!changes.isEmpty() || !effects.isEmpty()) {
            tell(changes, effects);
        }
    }

    /** What is stored is stored: a failure to tell of it must not undo it in memory. */
    private void tell(List<Change> changes, List<Effect> effects) {
        try {
            outside.committed(revision, changes, effects);
        } catch (RuntimeException e) {
            LOG.error("revision {} could not be told in full", revision, e);
        }
    }

    private List<AnsweredRequest> answered(List<Replied> replies) {
        var rows = new ArrayList<AnsweredRequest>();
        for (Replied reply : replies) {
            Keep keep = reply.item().keep();
            if (keep != null && !(reply.reply() instanceof Reply.Refused)) {
                String result = keep.result().apply(reply.reply());
                rows.add(
                        new AnsweredRequest(
                                keep.principal(),
                                keep.key(),
                                keep.bodyHash(),
                                result,
                                clock.getAsLong()));
            }
        }
        return rows;
    }

    private static void add(Farm.Turn turn, List<Change> changes, List<Effect> effects) {
        changes.addAll(turn.changes());
        effects.addAll(turn.effects());
    }

    // When a batch fails

    /** Nobody knows whether it was stored: people ask again, agents' commands are applied again. */
    private void giveUp(List<Item> taken, @Nullable String why) {
        trouble(String.valueOf(why));
        lanes.putBack(taken.stream().filter(Item::fromAgent).toList());
        taken.stream()
                .filter(item -> !item.fromAgent())
                .forEach(item -> answer(item, unavailable(String.valueOf(why))));
    }

    /** Finds the command that cannot be stored and refuses it alone. */
    private void oneByOne(List<Item> taken) {
        for (int i = 0; i < taken.size(); i++) {
            try {
                farm = Farm.load(store.load());
                if (!alone(taken.get(i)) && taken.get(i).command() instanceof Command.Ended ended) {
                    farm = Farm.load(store.load());
                    alone(taken.get(i).with(withoutText(ended)));
                }
            } catch (StoreFailure e) {
                giveUp(taken.subList(i, taken.size()), e.getMessage());
                throw e;
            }
        }
        farm = Farm.load(store.load());
        commit(List.of(), new ArrayList<>(), new ArrayList<>());
    }

    /** Whether it could be stored. A report with text to lose is not answered when it could not. */
    private boolean alone(Item item) {
        var changes = new ArrayList<Change>();
        var effects = new ArrayList<Effect>();
        try {
            Reply reply = apply(item, changes, effects);
            commit(List.of(new Replied(item, reply)), changes, effects);
            return true;
        } catch (StoreFailure e) {
            if (!(e instanceof CannotStore)) {
                throw e;
            }
            return refuse(item, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("this command fails: {}", item.command(), e);
            return refuse(item, "The farm failed on this request; the server's log says more.");
        }
    }

    private static boolean refuse(Item item, String why) {
        boolean mayLoseText =
                item.command() instanceof Command.Ended ended && !withoutText(ended).equals(ended);
        if (!mayLoseText) {
            answer(item, new Answer.CannotStore(why));
        }
        return !mayLoseText;
    }

    /** The outcome stands, whatever was said with it. */
    private static Command.Ended withoutText(Command.Ended ended) {
        Outcome o = ended.outcome();
        var bare =
                new Outcome(
                        o.kind(),
                        o.reason(),
                        "",
                        o.loadMillis(),
                        o.runMillis(),
                        o.peakMebibytes(),
                        "{}");
        return new Command.Ended(ended.run(), ended.incarnation(), bare);
    }

    private static void answer(Item item, Answer answer) {
        try {
            item.then().accept(answer);
        } catch (RuntimeException e) {
            LOG.error("an answer to {} could not be given", item.command(), e);
        }
    }

    private void publishView() {
        view = farm.view();
        viewIsOld = false;
        viewedAt = clock.getAsLong();
    }

    private static Answer unavailable(String why) {
        return new Answer.Unavailable("storage_unavailable", why, COME_AGAIN);
    }

    private static Answer stopping() {
        return new Answer.Unavailable("stopping", "The server is stopping.", COME_AGAIN);
    }
}
