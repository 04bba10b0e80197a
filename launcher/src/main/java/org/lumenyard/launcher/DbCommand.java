package org.lumenyard.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lumenyard.launcher.config.Config;
import org.lumenyard.launcher.config.Setting;
import org.lumenyard.launcher.demo.Bar;
import org.lumenyard.server.link.Leases;
import org.lumenyard.store.FarmCopy;
import org.lumenyard.store.Place;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies, backs up and restores the farm's database. */
@Command(
        name = "db",
        mixinStandardHelpOptions = true,
        description = "Copy the farm to another database, back it up, restore it.",
        subcommands = {DbCommand.Copy.class, DbCommand.Backup.class, DbCommand.Restore.class})
final class DbCommand {
    private static final String DATABASE = "farm.db";
    private static final String ARCHIVE = "archive";

    /** What lies beside the database in the data folder and belongs to it. */
    private static final List<String> FOLDERS = List.of("logs", "thumbnails", ARCHIVE);

    /** Between SQLite and PostgreSQL, or from one PostgreSQL server to another. */
    @Command(
            name = "copy",
            mixinStandardHelpOptions = true,
            description = {
                "Copy the stopped farm's rows to another place: a folder, or postgresql://user@host/name.",
                "The copy is a farm of its own: agents of this one end their work before they join it.",
                "Do not start both."
            })
    static final class Copy implements Callable<Integer> {
        @Mixin Settings settings = new Settings();

        @Option(
                names = "--to",
                required = true,
                paramLabel = "PLACE",
                description = "Where to; it must hold no farm yet.")
        String to = "";

        @Override
        public Integer call() throws IOException {
            Config config = settings.load();
            Place from = FarmPlace.of(config);
            Place target = place(to, config);
            if (target instanceof Place.Folder(Path folder)) FarmFiles.ownOnly(folder);
            System.out.printf("Copying the farm in %s to %s%n", from, target);
            summary(FarmCopy.copy(from, target, new Bars()));
            System.out.println(
                    switch (target) {
                        case Place.Postgres postgres ->
                                "Logs, pictures and archives stay in %s. Set %s: %s"
                                        .formatted(
                                                config.path(Setting.DATA),
                                                Setting.DATABASE.key(),
                                                postgres);
                        case Place.Folder folder ->
                                "Copy the folders logs, thumbnails and archive of %s there too. Set %s: %s"
                                        .formatted(
                                                config.path(Setting.DATA),
                                                Setting.DATA.key(),
                                                folder);
                    });
            return 0;
        }
    }

    /** Of a running farm too. */
    @Command(
            name = "backup",
            mixinStandardHelpOptions = true,
            description = {
                "Write the farm as it is now to a new folder, with logs, pictures and archives; it may run.",
                "With a name that ends in .db: its database alone. From PostgreSQL too this is a SQLite file."
            })
    static final class Backup implements Callable<Integer> {
        @Mixin Settings settings = new Settings();

        @Parameters(paramLabel = "FOLDER", description = "A new folder, or a new file NAME.db.")
        Path to = Path.of("");

        @Override
        public Integer call() throws IOException {
            Config config = settings.load();
            Path target = to.toAbsolutePath().normalize();
            if (Files.exists(target)) throw new IOException(target + " is there already.");
            Files.createDirectories(target.getParent());
            if (target.toString().endsWith(".db")) {
                FarmCopy.backup(FarmPlace.of(config), target, new Bars());
            } else {
                whole(config, target);
            }
            System.out.println("The backup is " + target);
            return 0;
        }

        /**
         * Under its name only when it is whole. The database before the files: it knows of no later
         * one. But archives before it too: a job that comes back meanwhile takes its file away.
         */
        private static void whole(Config config, Path target) throws IOException {
            Path part = target.resolveSibling(target.getFileName() + ".part");
            if (Files.exists(part)) {
                throw new IOException(
                        part + " is there, of a backup that did not end. Remove it first.");
            }
            FarmFiles.ownOnly(part);
            FarmFiles.copy(config.path(Setting.DATA).resolve(ARCHIVE), part.resolve(ARCHIVE));
            FarmCopy.backup(FarmPlace.of(config), part.resolve(DATABASE), new Bars());
            for (String folder : FOLDERS) {
                FarmFiles.copy(config.path(Setting.DATA).resolve(folder), part.resolve(folder));
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Where there is no farm. */
    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = {
                "Put a backup's farm where the settings say that the farm is, and where none must be.",
                "It is a farm of its own from then on. Its server waits until all leases of the farm as it was are over."
            })
    static final class Restore implements Callable<Integer> {
        @Mixin Settings settings = new Settings();

        @Parameters(paramLabel = "BACKUP", description = "A backup's folder, or its file NAME.db.")
        Path from = Path.of("");

        @Override
        public Integer call() throws IOException {
            Config config = settings.load();
            boolean whole = Files.isDirectory(from);
            Path file = whole ? from.resolve(DATABASE) : from;
            if (!Files.isRegularFile(file)) throw new IOException("There is no backup in " + from);
            Path data = config.path(Setting.DATA);
            FarmFiles.ownOnly(data);
            // A backup is not touched, not even by a lock.
            Path copy = Files.createTempDirectory(data, ".restore");
            // Noted first: a server may be started as soon as there is a farm.
            RestoredFarm restored = RestoredFarm.in(data, leases(config));
            try {
                Files.copy(file, copy.resolve(DATABASE));
                rows(copy, FarmPlace.of(config));
            } catch (IOException | RuntimeException e) {
                restored.undo();
                throw e;
            } finally {
                remove(copy);
            }
            if (whole) {
                for (String folder : FOLDERS)
                    FarmFiles.copy(from.resolve(folder), data.resolve(folder));
            }
            System.out.println("Its server begins at " + restored.time() + ", not before.");
            return 0;
        }

        private void rows(Path copy, Place to) throws IOException {
            System.out.printf("Restoring the farm in %s to %s%n", from, to);
            summary(FarmCopy.copy(new Place.Folder(copy), to, new Bars()));
        }

        /** Until then an agent may work for the farm as it was, if that one's server just ended. */
        private static Duration leases(Config config) {
            Duration lease = config.duration(Setting.LEASE);
            var terms = new Leases.Terms(lease, config.duration(Setting.KILL_GRACE));
            return lease.plus(terms.margin());
        }
    }

    private static Place place(String text, Config config) throws IOException {
        try {
            return FarmPlace.named(text, config);
        } catch (IllegalArgumentException e) {
            throw new IOException("--to: " + e.getMessage(), e);
        }
    }

    private static void summary(Map<String, Long> counts) {
        long rows = counts.values().stream().mapToLong(Long::longValue).sum();
        System.out.printf("%,d rows in %d tables, counted on both sides%n", rows, counts.size());
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }

    /** A bar for each table. */
    private static final class Bars implements FarmCopy.Progress {
        private @Nullable Bar bar;
        private String table = "";
        private int number;

        @Override
        public void rows(String name, long copied, long of) {
            if (bar == null || !name.equals(table)) {
                table = name;
                bar = new Bar(++number, FarmCopy.tableCount(), name);
            }
            String words = "%,d of %,d rows".formatted(copied, of);
            if (copied == of) bar.done(words);
            else bar.at((double) copied / of, words);
        }
    }
}
