package org.lumenyard.agent.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lumenyard.agent.Event;
import org.lumenyard.agent.engine.Engines;
import org.lumenyard.agent.engine.Host;
import org.lumenyard.agent.engine.InstallNote;
import org.lumenyard.agent.engine.Installation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for installed programs: at the start, and again when a folder that holds programs has
 * changed, or somebody asks for it. To see whether one has changed costs next to nothing; to ask
 * every program for its version takes seconds.
 */
final class Lookout {
    private static final Logger log = LoggerFactory.getLogger(Lookout.class);
    private static final List<String> INSTANT = List.of("testpattern", "command");
    private static final long SECOND = 1_000;

    /** A program may be there before the libraries that it needs. */
    private static final int LOOKS_AFTER_CHANGE = 3;

    private final AgentSettings settings;
    private final Path request;
    private final Engines engines;
    private final Machine machine;
    private final Programs programs;
    private final Mailbox mailbox;
    private final Host host;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("lookout").unstarted(this::watch);

    Lookout(
            AgentSettings settings,
            Path request,
            Engines engines,
            Machine machine,
            Programs programs,
            Mailbox mailbox) {
        this.settings = settings;
        this.request = request;
        this.engines = engines;
        this.machine = machine;
        this.programs = programs;
        this.mailbox = mailbox;
        this.host = Host.here(settings.toolFolders().toArray(Path[]::new));
    }

    void begin() {
        thread.start();
    }

    void end() {
        thread.interrupt();
    }

    private void watch() {
        try {
            lookAtInstantOnes();
            List<String> seen = fingerprint();
            look();
            long sinceLook = 0;
            // A starting machine may answer too late for the first look: one more follows.
            int again = 2;
            while (true) {
                Thread.sleep(SECOND);
                sinceLook += SECOND;
                boolean asked = Files.deleteIfExists(request);
                if (asked || sinceLook >= settings.lookEvery().toMillis()) {
                    sinceLook = 0;
                    List<String> now = fingerprint();
                    again =
                            now.equals(seen) && !asked
                                    ? Math.max(0, again - 1)
                                    : LOOKS_AFTER_CHANGE;
                    seen = now;
                    if (again > 0) {
                        look();
                    }
                }
            }
        } catch (InterruptedException ended) {
            log.debug("no longer looking");
        } catch (IOException | RuntimeException e) {
            log.error("Installed programs are no longer watched.", e);
        }
    }

    /** A node can begin with these while the others are being looked for. */
    private void lookAtInstantOnes() {
        var found = new ArrayList<Installation>();
        for (String name : INSTANT) {
            engines.named(name).ifPresent(engine -> found.addAll(engine.discover(host)));
        }
        programs.found(found);
        mailbox.post(new Event.FactsFound(machine.facts(found, installing())));
    }

    private void look() {
        List<Installation> found = engines.discover(host);
        programs.found(found);
        log.info(
                "Programs: {}",
                found.stream().map(one -> one.engine() + " " + one.version()).toList());
        mailbox.post(new Event.FactsFound(machine.facts(found, installing())));
    }

    private Set<String> installing() {
        return settings.toolFolders().stream()
                .flatMap(tool -> InstallNote.read(tool).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The folders that programs come into, with the times at which that last happened, and what is
     * just being installed.
     */
    private List<String> fingerprint() {
        var path = host.environment().getOrDefault("PATH", "").split(java.io.File.pathSeparator);
        var tools =
                settings.toolFolders().stream()
                        .flatMap(tool ->
                                Stream.concat(
                                        Stream.of(tool, tool.resolve("bin")), pythonFolders(tool)));
        var folders =
                Stream.concat(
                        Stream.of(path).filter(entry -> !entry.isEmpty()).map(Path::of), tools);
        return Stream.concat(
                        folders.map(folder -> folder + " " + changedAt(folder)),
                        installing().stream())
                .toList();
    }

    private static Stream<Path> pythonFolders(Path tool) {
        var found = new ArrayList<Path>();
        try (var versions = Files.newDirectoryStream(tool.resolve("lib"), "python3*")) {
            versions.forEach(version -> found.add(version.resolve("site-packages")));
        } catch (IOException none) {
            return Stream.empty();
        }
        return found.stream();
    }

    private static String changedAt(Path folder) {
        try {
            FileTime time = Files.getLastModifiedTime(folder);
            return time.toString();
        } catch (IOException gone) {
            return "none";
        }
    }
}
