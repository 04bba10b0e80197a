package org.lumenyard.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lumenyard.core.Band;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Effect;
import org.lumenyard.core.FarmImage;
import org.lumenyard.jobs.Planned;
import org.lumenyard.jobs.Planner;
import org.lumenyard.jobs.Submission;
import org.lumenyard.protocol.AgentMessage;
import org.lumenyard.protocol.ServerMessage;
import org.lumenyard.protocol.Wire;
import org.lumenyard.server.live.Live;
import org.lumenyard.server.loop.FarmLoop;
import org.lumenyard.server.loop.LoopFigures;
import org.lumenyard.server.loop.Outside;
import org.lumenyard.server.loop.ReignWatch;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;

/** The link on a real loop and a real store; only the sockets and the clock are the test's. */
class AgentLinkTest {
    private static final long PATIENCE_SECONDS = 20;
    private static final long MONTH_MILLIS = 30 * 86_400_000L;

    @TempDir Path folder;
    private final AtomicLong boot = new AtomicLong(1_000_000);
    private final Planner planner = new Planner(List.of());
    private Store store;
    private AgentLink link;
    private FarmLoop loop;

    /** What an agent hears on one connection. */
    private final class Line implements Socket {
        final LinkedBlockingQueue<ServerMessage> heard = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closedWith = new CompletableFuture<>();
        final AgentLink.Listener listener = link.opened(this);

        @Override
        public boolean send(String text) {
            heard.addAll(Wire.readServerMessages(text));
            return true;
        }

        @Override
        public void close(int code, String reason) {
            closedWith.complete(code);
        }

        @Override
        public String peer() {
            return "here";
        }

        Line says(AgentMessage message) {
            listener.heard(Wire.write(message));
            return this;
        }

        <T extends ServerMessage> T await(Class<T> kind) throws InterruptedException {
            while (true) {
                ServerMessage message = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(message).as("a %s", kind.getSimpleName()).isNotNull();
                if (kind.isInstance(message)) return kind.cast(message);
            }
        }
    }

    @BeforeEach
    void begin() throws IOException {
        store = Store.open(folder, planner.spaces());
        link =
                new AgentLink(
                        new Leases.Terms(Duration.ofMinutes(5), Duration.ofSeconds(5)),
                        boot::get,
                        System::currentTimeMillis,
                        new Telemetry(),
                        new Live(),
                        new Orders(store.pages(), planner),
                        new ReignWatch(store, boot::get));
        var outside =
                new Outside() {
                    @Override
                    public void began(Reign reign, FarmImage image) {
                        link.began(reign, image);
                    }

                    @Override
                    public void committed(
                            long revision, List<Change> changes, List<Effect> effects) {
                        link.committed(changes, effects);
                    }

                    @Override
                    public void troubled(String why) {
                        link.troubled();
                    }
                };
        loop = new FarmLoop(store, System::currentTimeMillis, outside, LoopFigures.NONE);
        link.start(loop);
        loop.start();
        loop.awaitReign(Duration.ofSeconds(PATIENCE_SECONDS));
    }

    @AfterEach
    void end() throws IOException {
        link.close();
        loop.close();
        store.close();
    }

    private void submit() {
        var wanted =
                new Submission(
                        "command",
                        null,
                        Map.of("Program", "/bin/true", "Items", "1-1"),
                        null,
                        50,
                        Band.NORMAL,
                        false,
                        "",
                        "ada");
        var plan = ((Planned.Accepted) planner.plan(wanted)).plan();
        loop.ask(new Command.Submit(plan)).join();
    }

    private static AgentMessage.Facts north(String bootId) {
        return new AgentMessage.Facts(
                "north",
                "machine",
                bootId,
                "pids",
                Map.of("amount.worker.vcpu", 1L, "amount.worker.memory", 8_192L),
                Map.of("attr.worker.os.family", Set.of("linux")),
                "test",
                Map.of());
    }

    /** A hello of north's agent; {@code life} is 0 for one that begins, after its first. */
    private AgentMessage.Hello hello(String bootId, long life, long sentAt) {
        return hello(bootId, life, sentAt, life == 0 ? 1 : 0);
    }

    private AgentMessage.Hello hello(String bootId, long life, long sentAt, long lived) {
        String farm = loop.reign().orElseThrow().lineage();
        return new AgentMessage.Hello(
                Wire.VERSION, sentAt, farm, 1, life, 0, north(bootId), lived, List.of(), List.of());
    }

    /** North lives, works on one run, and its connection is gone. Gives the run. */
    private long northWorksAndIsCutOff() throws InterruptedException {
        var line = new Line().says(hello("boot-1", 0, boot.get()));
        line.await(ServerMessage.Welcome.class);
        submit();
        long run = line.await(ServerMessage.Start.class).run();
        line.listener.closed();
        boot.addAndGet(10_000);
        return run;
    }

    /**
     * What was asked before has been answered in whole; from here on commands wait, and are one
     * batch when the latch is opened.
     */
    private CountDownLatch loopIsBusy() throws InterruptedException {
        var busy = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        loop.report(
                new Command.Wake(),
                answer -> {
                    busy.countDown();
                    try {
                        goesOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        assertThat(busy.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return goesOn;
    }

    @Test
    void aStartForALifeThatEndsInTheSameBatchIsNotToldToTheNext() throws Exception {
        long run = northWorksAndIsCutOff();
        CountDownLatch goesOn = loopIsBusy();
        new Line().says(hello("boot-1", 1, boot.get())).listener.closed();
        var next = new Line().says(hello("boot-1", 0, boot.get() + 5_000));
        goesOn.countDown();
        assertThat(next.await(ServerMessage.Welcome.class).incarnation()).isEqualTo(2);
        assertThat(next.await(ServerMessage.Start.class).run()).isGreaterThan(run);
    }

    @Test
    void aRebootOfTheMachineThatWasCutOffFreesItsRuns() throws Exception {
        northWorksAndIsCutOff();
        var rebooted = new Line().says(hello("boot-2", 0, 5_000));
        assertThat(rebooted.await(ServerMessage.Welcome.class).incarnation()).isEqualTo(2);
    }

    @Test
    void aMachineThatRanWhileTheFormerAgentWasHeardIsACloneAndFreesNothing() throws Exception {
        northWorksAndIsCutOff();
        var clone = new Line().says(hello("boot-2", 0, MONTH_MILLIS));
        assertThat(clone.await(ServerMessage.Refused.class).reason()).isEqualTo("not_swept");
    }

    @Test
    void aMachineWhoseFolderDidNotLiveTheLatestLifeFreesNothingByItsReboot() throws Exception {
        northWorksAndIsCutOff();
        var next = new Line().says(hello("boot-1", 0, boot.get()));
        assertThat(next.await(ServerMessage.Welcome.class).incarnation()).isEqualTo(2);
        loopIsBusy().countDown();
        next.listener.closed();
        boot.addAndGet(10_000);

        var copy = new Line().says(hello("boot-2", 0, 5_000, 1));
        assertThat(copy.await(ServerMessage.Refused.class).reason()).isEqualTo("not_swept");
        loopIsBusy().countDown();
        var itself = new Line().says(hello("boot-2", 0, 5_001, 2));
        assertThat(itself.await(ServerMessage.Welcome.class).incarnation()).isEqualTo(3);
    }

    @Test
    void whatAnAgentHasProvenHoldsUntilItHasJoined() throws Exception {
        northWorksAndIsCutOff();
        CountDownLatch goesOn = loopIsBusy();
        var first = new Line().says(hello("boot-1", 0, boot.get()));
        var second = new Line().says(hello("boot-2", 0, 5_000));
        assertThat(second.closedWith.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1013);
        goesOn.countDown();
        assertThat(first.await(ServerMessage.Welcome.class).incarnation()).isEqualTo(2);
    }
}
