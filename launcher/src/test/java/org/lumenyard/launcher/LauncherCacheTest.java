package org.lumenyard.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher makes the JVM's cache once, uses it, and is never held up by it. */
class LauncherCacheTest {
    @TempDir Path app;

    private Path target;

    @BeforeEach
    void aPackage() throws IOException {
        target = Files.createDirectories(app.resolve("launcher/target"));
        Files.createDirectories(target.resolve("lib"));
        Files.copy(
                Path.of("..", "lumenyard"),
                app.resolve("lumenyard"),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** What the launcher, or the JVM in its place, said; errors among it. */
    private record Said(int code, String text) {}

    private Process begin(Map<String, String> variables, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(app.resolve("lumenyard").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.contains("JAVA") || name.startsWith("LUMENYARD"));
        environment.putAll(variables);
        return builder.start();
    }

    private Said launch(Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        Process process = begin(variables, arguments);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    private List<Path> caches() throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".aot")).toList();
        }
    }

    private List<Path> unfinished() throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".making")).toList();
        }
    }

    /** With a stand-in for the JVM, which says with what it was started. */
    @Nested
    class WithAStandIn {
        private Map<String, String> variables;

        @BeforeEach
        void standIn() throws IOException {
            Path home = app.resolve("jdk");
            Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
            Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25.0.9\"\n");
            Files.writeString(
                    java,
                    """
                    #!/bin/sh
                    echo "$@"
                    for word in "$@"; do
                      case "$word" in -XX:AOTCacheOutput=*)
                        echo made >>"%s"
                        [ ! -e "%s" ] || exit 1
                        sleep 0.3
                        echo classes >"${word#-XX:AOTCacheOutput=}" ;;
                      esac
                    done
                    """
                            .formatted(makings(), app.resolve("fails")));
            Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(target.resolve("lib/some.jar"), "a jar");
            variables =
                    new TreeMap<>(
                            Map.of("LUMENYARD_JAVA_HOME", "" + home, "LUMENYARD_CACHE_DELAY", "0"));
        }

        private Path makings() {
            return app.resolve("makings");
        }

        private long makingsBegun() throws IOException {
            return Files.exists(makings()) ? Files.readAllLines(makings()).size() : 0;
        }

        private String started(String... arguments) throws IOException, InterruptedException {
            Said said = launch(variables, arguments);
            assertThat(said.code()).isZero();
            return said.text();
        }

        @Test
        void theFirstServerHasItMadeAndTheNextStartsUseIt() throws Exception {
            assertThat(started("jobs")).doesNotContain("-XX:AOTCache=");
            assertThat(makingsBegun()).as("for a command that ends soon").isZero();
            assertThat(started("server")).doesNotContain("-XX:AOTCache=");
            Awaitility.await().until(() -> caches().size() == 1 && unfinished().isEmpty());
            for (String command : List.of("server", "agent", "jobs"))
                assertThat(started(command))
                        .contains("-XX:AOTCache=" + caches().getFirst())
                        .doesNotContain("-Xshare");
            assertThat(makingsBegun()).isEqualTo(1);
        }

        @Test
        void oneThatWasMadeOfOtherJarsOrForAnotherJvmIsNotUsedAndGoesWithTheNext()
                throws Exception {
            started("cache");
            Path former = caches().getFirst();
            Files.setLastModifiedTime(
                    target.resolve("lib/some.jar"), FileTime.fromMillis(1_000_000_000_000L));
            assertThat(started("jobs")).doesNotContain("-XX:AOTCache=");
            started("cache");
            assertThat(caches()).hasSize(1).doesNotContain(former);
            Path second = caches().getFirst();
            Files.writeString(app.resolve("jdk/release"), "JAVA_VERSION=\"25.0.10\"\n");
            assertThat(started("jobs")).doesNotContain("-XX:AOTCache=" + second);
        }

        @Test
        void ofTwoStartsAtOnceOneMakesIt() throws Exception {
            List<Process> both = List.of(begin(variables, "cache"), begin(variables, "cache"));
            for (Process each : both) assertThat(each.waitFor()).isZero();
            assertThat(makingsBegun()).isEqualTo(1);
            assertThat(caches()).hasSize(1);
            assertThat(unfinished()).isEmpty();
        }

        @Test
        void whatOneWhoWasKilledLeftIsClearedByTheNext() throws Exception {
            started("cache");
            Path cache = caches().getFirst();
            Files.delete(cache);
            Path left = Path.of(cache + ".making");
            Files.createDirectories(left);
            Files.writeString(left.resolve("classes"), "half");
            assertThat(started("jobs")).doesNotContain("-XX:AOTCache=");
            started("cache");
            assertThat(caches()).containsExactly(cache);
            assertThat(unfinished()).isEmpty();
        }

        @Test
        void oneThatCannotBeMadeHoldsNothingUp() throws Exception {
            Files.createFile(app.resolve("fails"));
            started("cache");
            assertThat(caches()).isEmpty();
            assertThat(unfinished()).isEmpty();
            assertThat(started("server")).contains("server").doesNotContain("-XX:AOTCache=");
        }

        @Test
        void itIsLeftOutWhereItIsTurnedOffOrTheJvmWouldRefuseIt() throws Exception {
            started("cache");
            for (var variable :
                    Map.of("LUMENYARD_CACHE", "off", "JAVA_TOOL_OPTIONS", "-Xshare:auto")
                            .entrySet()) {
                var more = new TreeMap<>(variables);
                more.put(variable.getKey(), variable.getValue());
                assertThat(launch(more, "jobs").text())
                        .as("with %s", variable)
                        .doesNotContain("AOTCache");
            }
        }
    }

    /** The class path of this test as jars, for the JVM caches no others. */
    private void jars() throws IOException {
        String given =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        int number = 0;
        for (String entry : given.split(":")) {
            Path path = Path.of(entry);
            Path jar = target.resolve("lib/%03d-%s.jar".formatted(number++, path.getFileName()));
            if (Files.isDirectory(path)) pack(path, jar);
            else if (Files.exists(path)) Files.copy(path, jar, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static void pack(Path folder, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                var entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(folder)) {
            // Folders are entries too: migrations are looked for by theirs.
            for (Path file : files.filter(each -> !each.equals(folder)).toList()) {
                String name = folder.relativize(file).toString();
                boolean isFolder = Files.isDirectory(file);
                entries.putNextEntry(new JarEntry(isFolder ? name + "/" : name));
                if (!isFolder) Files.copy(file, entries);
                entries.closeEntry();
            }
        }
    }

    @Test
    @Timeout(600)
    void theJvmUsesItAndSaysNothingWhenItIsBroken() throws Exception {
        jars();
        var variables = Map.of("LUMENYARD_JAVA_HOME", System.getProperty("java.home"));
        String version = launch(variables, "--version").text();
        assertThat(version).startsWith("lumenyard ");
        assertThat(launch(variables, "cache").code()).isZero();
        assertThat(caches()).as("made by a server that started and ended").hasSize(1);
        Path cache = caches().getFirst();
        assertThat(launch(variables, "--version")).isEqualTo(new Said(0, version));
        byte[] whole = Files.readAllBytes(cache);
        byte[] scratched = whole.clone();
        for (int i = whole.length / 4; i < whole.length; i += 4_096) scratched[i] ^= 0x55;
        for (byte[] broken :
                List.of(new byte[0], "no classes".getBytes(StandardCharsets.UTF_8), scratched)) {
            Files.write(cache, broken);
            assertThat(launch(variables, "--version")).isEqualTo(new Said(0, version));
        }
    }
}
