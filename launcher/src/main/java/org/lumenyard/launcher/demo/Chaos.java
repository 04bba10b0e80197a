package org.lumenyard.launcher.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.lumenyard.cli.FarmClient;
import org.lumenyard.launcher.LocalFarm;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;

/**
 * Kills the server and the agent while the lighthouse renders. Judged from two records outside of
 * the farm's tables: the renderer's own, which holds a kernel lock for each frame and writes when
 * it began and ended, and the file system's, which tells when a frame got its name.
 */
final class Chaos {
    private static final int FRAMES = 24;
    private static final int KILLS = 4;
    private static final int STEPS = 3;
    private final Config config;
    private final LocalFarm farm;
    private final boolean install;
    private final Random chance = new Random();

    Chaos(Config config, LocalFarm farm, boolean install) {
        this.config = config;
        this.farm = farm;
        this.install = install;
    }

    int run() throws IOException, InterruptedException {
        if (farm.isRunning())
            throw new IOException("A farm runs here already; stop it first: lumenyard stop");
        if (!seeToBlender()) return 1;
        Path records = DemoScene.folder(config).resolve("chaos_" + System.currentTimeMillis());
        Files.createDirectories(records);
        farm.start();
        Runtime.getRuntime().addShutdownHook(new Thread(farm::stop, "stop"));
        System.out.println("      Open  " + farm.loginLink());
        Files.createDirectories(DemoScene.frames(config));
        var published =
                Publications.watch(
                        DemoScene.frames(config), "storm_", records.resolve("published.txt"));
        String job = farm.client().post("/jobs", submission(records), null).path("id").asText();
        for (int kill = 1; kill <= KILLS; kill++) kill(kill, job);
        boolean done =
                DemoCommand.follow(farm.client(), job, new Bar(3, STEPS, "And all is rendered"));
        Verdict verdict = Verdict.of(records.resolve("record.txt"), published.close(), FRAMES);
        System.out.println(verdict.sentence());
        System.out.println(
                "Judged from " + records.resolve("record.txt") + " and published.txt beside it");
        return done && verdict.isClean() ? 0 : 1;
    }

    /** A storm without a renderer would wait for ever: it does not begin then. */
    private boolean seeToBlender() throws IOException, InterruptedException {
        var bar = new Bar(1, STEPS, "Blender");
        var tools = new Tools(config);
        if (tools.hasBlender()) {
            bar.done("here");
            return true;
        }
        var plan = tools.plan();
        if (plan.isEmpty() || !install) {
            bar.done(
                    "missing, and the storm needs it. By hand: "
                            + plan.map(Tools.Plan::line).orElse(tools.advice()));
            return false;
        }
        bar.done("installing " + plan.get().words());
        Path log = config.path(Setting.STATE).resolve("install.log");
        boolean well = tools.install(plan.get(), bar, log);
        bar.done(
                well
                        ? "installed"
                        : "could not be installed, see " + log + "; by hand: " + plan.get().line());
        return well;
    }

    private ObjectNode submission(Path records) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("template", template()).put("name", "lighthouse in a storm");
        ObjectNode parameters = body.putObject("parameters");
        DemoScene.parameters(config)
                .forEach((name, value) -> {
                    if (List.of("Scene", "Output").contains(name)) parameters.put(name, value);
                });
        parameters.put("Records", records.toString());
        return body;
    }

    private static String template() {
        return """
        specificationVersion: jobtemplate-2023-09
        extensions: [LUMENYARD_ENGINE]
        name: storm
        parameterDefinitions:
          - {name: Scene, type: PATH, objectType: FILE, dataFlow: IN}
          - {name: Output, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
          - {name: Records, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
        steps:
          - name: render
            parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "1-24"}]}
            script:
              engine:
                name: blender
                settings: {scene: "{{Param.Scene}}", frames: "{{Task.Param.Frame}}", lockFolder: "{{Param.Records}}"}
                outputs: {folder: "{{Param.Output}}", pattern: "storm_####.png"}
        """;
    }

    private void kill(int number, String job) throws IOException, InterruptedException {
        var bar = new Bar(2, STEPS, "Kill " + number + " of " + KILLS);
        bar.says("rendering");
        awaitFrames(job, number * FRAMES / (KILLS + 2));
        Thread.sleep(chance.nextInt(200, 1_500));
        boolean server = number % 2 == 1 || number == KILLS;
        boolean agent = number % 2 == 0;
        var killed = new StringBuilder();
        if (server)
            farm.server()
                    .ifPresent(
                            process -> killed.append("server ").append(kill(process)).append(' '));
        if (agent) farm.agent().ifPresent(process -> killed.append("agent ").append(kill(process)));
        bar.says("kill -9 " + killed);
        if (!farm.isRunning()) farm.start();
        else if (farm.agent().isEmpty()) farm.startAgent();
        bar.done("kill -9 " + killed.toString().strip() + ", back again");
    }

    private static long kill(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().join();
        return process.pid();
    }

    /** Waits until so many frames are done and another one renders. */
    private void awaitFrames(String job, int frames) {
        FarmClient client = farm.client();
        client.follow(event -> {
            var detail = client.get("/jobs/" + job);
            String state = detail.path("state").asText();
            var counts = detail.path("counts");
            boolean far =
                    counts.path("done").asLong() >= frames && counts.path("running").asLong() > 0;
            return far || state.equals("done") || state.equals("failed");
        });
    }
}
