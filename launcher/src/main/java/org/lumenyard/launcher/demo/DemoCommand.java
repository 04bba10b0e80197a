package org.lumenyard.launcher.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.lumenyard.cli.FarmClient;
import org.lumenyard.launcher.LocalFarm;
import org.lumenyard.launcher.Settings;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** From nothing to a film, in steps that say what they do. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Start the farm, render a film with it, and show it.",
            "Installs Blender and ffmpeg when they are missing, after saying what and how large.",
            "A second time it joins the farm that runs. Ctrl-C ends server, agent and work."
        },
        footer = {
            "",
            "  lumenyard demo --exit     end when the film is there",
            "  lumenyard demo --chaos    kill server and agent in the middle, and count"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int STEPS = 4;

    @Mixin Settings settings = new Settings();

    @Option(names = "--exit", description = "End when the film is there, and the farm with it.")
    boolean exit;

    @Option(names = "--no-install", description = "Install nothing; say what would be.")
    boolean noInstall;

    @Option(
            names = "--chaos",
            description =
                    "Kill server and agent in the middle of it, and judge from outside whether anything was lost or done twice.")
    boolean chaos;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Config config = settings.load();
        var farm = new LocalFarm(config);
        if (chaos) return new Chaos(config, farm, !noInstall).run();
        boolean ours = begin(farm, config);
        FarmClient client = farm.client();
        String pictures = submitPictures(client, config);
        String film = client.post("/demo", null, null).path("id").asText();
        var installing = new Bar(2, STEPS, "Blender and ffmpeg");
        CompletableFuture<Boolean> tools = installTools(config, installing);
        follow(client, pictures, new Bar(3, STEPS, "First pictures"));
        installing.goesOn();
        boolean installed = tools.join();
        boolean done =
                installed && follow(client, film, new Bar(4, STEPS, "Render the lighthouse"));
        if (!installed)
            System.out.println(
                    "The lighthouse waits for Blender: " + client.url() + "/jobs/" + film);
        if (done) tell(config, client, film);
        if (exit || !ours) {
            if (ours) farm.stop();
            return done ? 0 : 1;
        }
        System.out.println("Serving at " + client.url() + ". Ctrl-C ends server, agent and work.");
        farm.awaitEnd();
        return 0;
    }

    /** Starts the farm, or joins the one that runs; says whether it was started here. */
    private boolean begin(LocalFarm farm, Config config) throws IOException, InterruptedException {
        var bar = new Bar(1, STEPS, "Start the farm");
        boolean joined = farm.isRunning();
        if (!joined) {
            bar.says("starting");
            farm.start();
            if (!exit) Runtime.getRuntime().addShutdownHook(new Thread(farm::stop, "stop"));
        }
        String url = farm.client().url();
        String asked = config.text(Setting.PORT);
        boolean moved = !joined && !asked.equals("0") && !url.endsWith(":" + asked);
        bar.done(
                (joined ? "joined the one that runs at " : "")
                        + url
                        + (moved ? "  (port " + asked + " is busy)" : ""));
        System.out.println("      Open  " + farm.loginLink());
        return !joined;
    }

    private String submitPictures(FarmClient client, Config config) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("jobType", "testpattern").put("name", "first pictures").put("band", "rush");
        body.putObject("parameters")
                .put("Frames", "1-12")
                .put("Seconds", "0.4")
                .put("Output", DemoScene.folder(config).resolve("first_pictures").toString());
        return client.post("/jobs", body, null).path("id").asText();
    }

    /** Begins to install what is missing; the bar waits until it is told to go on. */
    private CompletableFuture<Boolean> installTools(Config config, Bar bar) {
        var tools = new Tools(config);
        var plan = tools.plan();
        if (tools.hasBlender() && tools.hasFfmpeg()) {
            bar.done("here");
            return CompletableFuture.completedFuture(true);
        }
        if (plan.isEmpty() || noInstall) {
            bar.done(
                    plan.map(p -> "not installed, as you wish. It would be: " + p.line())
                            .orElse("missing. Install them with: " + tools.advice()));
            return CompletableFuture.completedFuture(false);
        }
        bar.done("installing " + plan.get().words());
        bar.waits();
        Path log = config.path(Setting.STATE).resolve("install.log");
        return CompletableFuture.supplyAsync(() -> {
            try {
                boolean well = tools.install(plan.get(), bar, log);
                bar.done(
                        well
                                ? "installed"
                                : "could not be installed, see "
                                        + log
                                        + "; by hand: "
                                        + plan.get().line());
                return well;
            } catch (IOException e) {
                bar.done("could not be installed: " + e.getMessage());
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        });
    }

    /** Shows a job until it ends; says whether it is done. */
    static boolean follow(FarmClient client, String job, Bar bar) {
        client.follow(event -> {
            JsonNode detail = client.get("/jobs/" + job);
            show(detail, bar);
            return isOver(detail);
        });
        return client.get("/jobs/" + job).path("state").asText().equals("done");
    }

    /** Held by the farm it stands still until a person has looked. */
    private static boolean isOver(JsonNode job) {
        String state = job.path("state").asText();
        boolean stands = state.equals("held") && job.has("heldWhy");
        return List.of("done", "failed", "cancelled").contains(state)
                || (stands && job.at("/counts/running").asLong() == 0);
    }

    private static void show(JsonNode job, Bar bar) {
        JsonNode counts = job.path("counts");
        long done = counts.path("done").asLong();
        long all =
                done
                        + counts.path("waiting").asLong()
                        + counts.path("running").asLong()
                        + counts.path("failed").asLong();
        var words = new StringBuilder("%d/%d".formatted(done, all));
        if (job.path("tasksPerMinute").asDouble() > 0)
            words.append("  %.1f/min".formatted(job.path("tasksPerMinute").asDouble()));
        String eta = job.path("eta").asText("");
        if (!eta.isEmpty() && done < all) words.append("  ETA ").append(left(Instant.parse(eta)));
        String reason = job.path("reason").asText("");
        if (!reason.isEmpty() && done < all) words.append("  ").append(reason);
        bar.at(all == 0 ? 0 : (double) done / all, words.toString());
        if (isOver(job)) bar.done("%d/%d %s".formatted(done, all, job.path("state").asText()));
    }

    private static String left(Instant eta) {
        long seconds = Math.max(0, Duration.between(Instant.now(), eta).toSeconds());
        return "%d:%02d".formatted(seconds / 60, seconds % 60);
    }

    private static void tell(Config config, FarmClient client, String job) {
        System.out.println("      Film    " + DemoScene.film(config));
        System.out.println("      Frames  " + DemoScene.frames(config));
        System.out.println("      Page    " + client.url() + "/jobs/" + job);
    }
}
