package org.lumenyard.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.lumenyard.cli.EventStream;
import org.lumenyard.cli.FarmClient;
import org.lumenyard.cli.ProblemException;
import org.lumenyard.cli.ServerState;
import org.lumenyard.cli.UnreachableException;

/**
 * A farm of real processes with folders and a port of its own: a server, agents, and a client that
 * finds the server as the command line does. Waiting is by the server's events.
 */
public final class FarmUnderTest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(2);

    private final Path home;
    private final String host;
    private final int port;
    private final List<String> settings;
    private final Map<String, Daemon> daemons = new LinkedHashMap<>();
    private final FarmClient client;
    private String farm = "";

    private FarmUnderTest(Path home, String host, List<String> settings) throws IOException {
        this.home = home;
        this.host = host;
        this.settings = settings;
        this.port = freePort();
        this.client = FarmClient.of(ServerState.file(state()));
        Files.createDirectories(work());
    }

    /**
     * Prepares a farm; nothing is started.
     *
     * @param settings such as {@code server.lease=PT6S}
     */
    static FarmUnderTest in(Path home, String... settings) throws IOException {
        return new FarmUnderTest(home, "127.0.0.1", List.of(settings));
    }

    /** The same, for a server that listens on another address. */
    static FarmUnderTest at(String host, Path home, String... settings) throws IOException {
        return new FarmUnderTest(home, host, List.of(settings));
    }

    /**
     * Below the ports that the kernel gives to clients: an agent that knocks on a dead server's
     * must not meet itself.
     */
    private static int freePort() throws IOException {
        var chance = new Random();
        while (true) {
            int port = chance.nextInt(20_000, 30_000);
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress("127.0.0.1", port));
                return port;
            } catch (IOException busy) {
                // The next one.
            }
        }
    }

    // Folders

    /** Where scenes, outputs and records of a test go. */
    public Path work() {
        return home.resolve("work");
    }

    Path data() {
        return home.resolve("data/lumenyard");
    }

    Path state() {
        return home.resolve("state/lumenyard");
    }

    /** The folder of the agent that the server starts beside itself. */
    Path ownAgent() {
        return state().resolve("agent");
    }

    // Processes

    /** Starts the server without an agent beside it; when this returns it answers. */
    public Daemon startServer() throws IOException, InterruptedException {
        return startServer(List.of("--no-agent"));
    }

    /** Starts the server as a person does, with an agent beside it. */
    Daemon startServerWithAgent() throws IOException, InterruptedException {
        return startServer(List.of());
    }

    private Daemon startServer(List<String> options) throws IOException, InterruptedException {
        return launchServer(options).awaitReady();
    }

    private Daemon launchServer(List<String> options) throws IOException {
        var arguments = new ArrayList<>(List.of("server", "--port", "" + port));
        arguments.addAll(
                List.of("--set", "server.host=" + host, "--set", "server.roots=" + work()));
        settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(options);
        return launch("server", List.of(), arguments, "Log in with");
    }

    /**
     * Starts an agent that offers one core, so that it does one thing at a time; does not wait for
     * it.
     */
    public Daemon startAgent(String name) throws IOException {
        return startAgent(name, List.of());
    }

    /** The same, by a launcher such as {@code ip netns exec NAME}. */
    Daemon startAgent(String name, List<String> launcher) throws IOException {
        var arguments =
                List.of(
                        "agent",
                        "--name",
                        name,
                        "--state",
                        agentFolder(name).toString(),
                        "--amount",
                        "amount.worker.vcpu=1");
        return launch(name, launcher, arguments, "elcome");
    }

    Path agentFolder(String name) {
        return home.resolve("agent-" + name);
    }

    /** Runs a command of the program to its end; returns what it said. */
    String command(String... arguments) throws IOException, InterruptedException {
        Process process = builder(List.of(), List.of(arguments)).redirectErrorStream(true).start();
        String said =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private Daemon launch(String name, List<String> launcher, List<String> arguments, String sign)
            throws IOException {
        Daemon daemon =
                Daemon.start(name, builder(launcher, arguments), home.resolve(name + ".log"), sign);
        daemons.put(name, daemon);
        return daemon;
    }

    private ProcessBuilder builder(List<String> launcher, List<String> arguments) {
        // Tests that run in the background of a script were told to ignore Ctrl-C.
        var command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-Dorg.jooq.no-logo=true", "-Dorg.jooq.no-tips=true"));
        String path =
                System.getProperty(
                        "surefire.real.class.path", System.getProperty("java.class.path"));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("surefire.test.class.path", path),
                        "org.lumenyard.launcher.Main"));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).directory(home.toFile());
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.startsWith("LUMENYARD") || name.startsWith("XDG_"));
        environment.put("HOME", home.toString());
        environment.put("XDG_DATA_HOME", home.resolve("data").toString());
        environment.put("XDG_STATE_HOME", home.resolve("state").toString());
        environment.put("XDG_CONFIG_HOME", home.resolve("config").toString());
        return builder;
    }

    Daemon daemon(String name) {
        Daemon daemon = daemons.get(name);
        if (daemon == null) throw new IllegalArgumentException("no " + name + " was started");
        return daemon;
    }

    public Daemon server() {
        return daemon("server");
    }

    // Talk

    /** Speaks with the server; is told again where it is before each request. */
    public FarmClient client() {
        return client;
    }

    /** The farm's name in the marks of its processes. */
    String name() {
        if (farm.isEmpty()) farm = client.get("/farm").path("farm").asText();
        return farm;
    }

    /** Submits a template; returns the job's id. */
    public String submit(String template, Map<String, ?> parameters) {
        return submit(template, parameters, "job");
    }

    public String submit(String template, Map<String, ?> parameters, String name) {
        return client.post("/jobs", template(template, parameters, name), null).path("id").asText();
    }

    /** Submits a built-in type; returns the job's id. */
    public String submitType(String type, Map<String, ?> parameters) {
        return client.post("/jobs", body(parameters, type).put("jobType", type), null)
                .path("id")
                .asText();
    }

    static ObjectNode template(String template, Map<String, ?> parameters, String name) {
        return body(parameters, name).put("template", template);
    }

    private static ObjectNode body(Map<String, ?> parameters, String name) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
        ObjectNode given = body.putObject("parameters");
        parameters.forEach((key, value) -> given.put(key, value.toString()));
        return body;
    }

    public JsonNode job(String id) {
        return client.get("/jobs/" + id);
    }

    long count(String job, String what) {
        return job(job).path("counts").path(what).asLong();
    }

    /** All runs of a job, the oldest first. */
    List<JsonNode> runs(String job) {
        return all("/jobs/" + job + "/runs").reversed();
    }

    /** All pages of a list. */
    List<JsonNode> all(String path) {
        var items = new ArrayList<JsonNode>();
        String next = "";
        do {
            JsonNode page =
                    client.get(path + "?limit=1000" + (next.isEmpty() ? "" : "&cursor=" + next));
            page.path("items").forEach(items::add);
            next = page.path("next").asText("");
        } while (!next.isEmpty());
        return items;
    }

    /** Waits until a job has ended in some way; says in which. */
    public String awaitEnd(String job) throws InterruptedException {
        await("the end of job " + job, () -> isEnded(job(job).path("state").asText()));
        return job(job).path("state").asText();
    }

    static boolean isEnded(String state) {
        return List.of("done", "failed", "cancelled").contains(state);
    }

    /** Waits until so many tasks of a job are running, or done, or what else is counted. */
    public void awaitCount(String job, String what, long least) throws InterruptedException {
        await(least + " " + what + " of job " + job, () -> count(job, what) >= least);
    }

    /** Waits until nodes with these names are there and online. */
    public void awaitNodes(String... names) throws InterruptedException {
        await("the nodes " + List.of(names), () -> online().containsAll(List.of(names)));
    }

    List<String> online() {
        var names = new ArrayList<String>();
        for (JsonNode node : client.get("/nodes").path("items")) {
            if (node.path("state").asText().equals("online")) names.add(node.path("name").asText());
        }
        return names;
    }

    JsonNode node(String name) {
        for (JsonNode node : client.get("/nodes").path("items")) {
            if (node.path("name").asText().equals(name)) return node;
        }
        throw new AssertionError("no node is called " + name);
    }

    /**
     * Waits until something holds: it is looked at after each event, and again after each loss of
     * the server.
     */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (EventStream events = client.events(-1)) {
            while (!holds(condition)) {
                if (System.nanoTime() > deadline)
                    throw new AssertionError("waited in vain for " + what + "\n" + tails());
                events.next(LOOK_ANYWAY);
            }
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (UnreachableException away) {
            return false;
        } catch (ProblemException e) {
            if (e.status() == 503) return false;
            throw e;
        }
    }

    /** The ends of all logs, for a person who wants to know why. */
    String tails() {
        var text = new StringBuilder();
        daemons.values().forEach(daemon -> text.append(daemon.tail()).append('\n'));
        return text.toString();
    }

    /** Ends agents and server in good order; returns how many marked processes were left then. */
    long endInOrder() throws InterruptedException {
        String mark = name();
        for (Daemon daemon : List.copyOf(daemons.values()).reversed()) {
            if (daemon.isAlive()) daemon.end(20);
        }
        return stillMarked(mark);
    }

    /**
     * Marked processes that are still there after the few seconds that a guard has for its work.
     */
    static long stillMarked(String farm) throws InterruptedException {
        for (ProcessHandle left : Kernel.marked(farm, "")) {
            try {
                left.onExit().get(10, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException
                    | java.util.concurrent.TimeoutException e) {
                System.out.println(
                        "still there: " + left.pid() + " " + left.info().commandLine().orElse(""));
            }
        }
        return Kernel.marked(farm, "").size();
    }

    /** Kills all that is left. */
    @Override
    public void close() {
        client.close();
        daemons.values().forEach(Daemon::strike);
        ownAgentProcess().forEach(ProcessHandle::destroyForcibly);
        if (!farm.isEmpty()) {
            Kernel.marked(farm, "").forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** The agents that were started with the folder of the one beside the server. */
    List<ProcessHandle> ownAgentProcess() {
        try {
            long pid = Long.parseLong(Files.readString(ownAgent().resolve("agent.pid")).strip());
            return ProcessHandle.of(pid).filter(process -> isAgent(process)).stream().toList();
        } catch (IOException | NumberFormatException none) {
            return List.of();
        }
    }

    private static boolean isAgent(ProcessHandle process) {
        return Kernel.withArgument("agent").stream()
                .anyMatch(agent -> agent.pid() == process.pid());
    }

    /**
     * What a farm's frames are asked for, by name; in rising order, so that prints are readable.
     */
    public static Map<String, Object> parameters(Object... pairs) {
        var parameters = new TreeMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) parameters.put(pairs[i].toString(), pairs[i + 1]);
        return parameters;
    }
}
