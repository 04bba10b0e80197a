package org.lumenyard.agent.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An agent that can be killed: starts runs, renews their leases every 200 ms, and says what it
 * sees. Orders on standard input: {@code start WORK COMMAND...} with tabs between the words, {@code
 * mute}. Answers on standard output.
 */
final class TestAgent {
    private TestAgent() {}

    /** Arguments: state folder, incarnation, length of the leases in milliseconds. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long incarnation = Long.parseLong(arguments[1]);
        long lease = Long.parseLong(arguments[2]);
        Guards guards = Guards.open(folder);
        Thread renewing = Thread.ofPlatform().daemon().start(() -> renew(guards, lease));
        say("ready");
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order; (order = orders.readLine()) != null; ) {
            List<String> words = List.of(order.split("\t"));
            if (words.getFirst().equals("mute")) {
                renewing.interrupt();
                renewing.join();
                say("muted");
                continue;
            }
            var mark = new Mark("farm", "node", incarnation, words.get(1));
            List<String> command = words.subList(2, words.size());
            GuardedProcess run =
                    guards.start(
                            new Launch(
                                    mark,
                                    command,
                                    Map.of(),
                                    folder,
                                    false,
                                    BootClock.nowMillis() + lease));
            Thread.ofVirtual().start(() -> drain(run));
            say("started " + words.get(1) + " " + run.guardPid());
            run.death().thenAccept(death -> say("ended " + mark.work() + " " + death));
        }
    }

    private static void renew(Guards guards, long lease) {
        try {
            while (true) {
                guards.running().forEach(run -> run.lease(BootClock.nowMillis() + lease));
                Thread.sleep(200);
            }
        } catch (InterruptedException muted) {
            return;
        }
    }

    private static void drain(GuardedProcess run) {
        try {
            run.output().transferTo(System.err);
        } catch (IOException e) {
            say("lost output of " + run);
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
