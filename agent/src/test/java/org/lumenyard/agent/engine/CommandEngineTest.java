package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lumenyard.agent.engine.EngineTrial.done;
import static org.lumenyard.agent.engine.EngineTrial.failed;
import static org.lumenyard.agent.engine.EngineTrial.object;
import static org.lumenyard.agent.engine.EngineTrial.text;
import static org.lumenyard.agent.engine.EngineTrial.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class CommandEngineTest {
    @TempDir Path folder;
    private final CommandEngine engine = new CommandEngine();
    private ProcessBench bench;

    @BeforeEach
    void openBench() throws IOException {
        bench = new ProcessBench(folder.resolve("scratch"));
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }

    private Result run(List<String> files, String... command) throws Exception {
        return engine.run(work(object("command", command), object("files", files)), bench);
    }

    @Test
    void outputsAreFoundByVariableAndByPlaceholder() throws Exception {
        List<String> files =
                List.of(text(folder.resolve("out/a.txt")), text(folder.resolve("out/b.txt")));
        Result.Done done =
                done(
                        run(
                                files,
                                "sh",
                                "-c",
                                "echo one > \"$LUMENYARD_OUTPUT_0\"; echo $LUMENYARD_THREADS > \"$1\"",
                                "sh",
                                "{output:1}"));
        assertThat(done.outputs()).extracting(Output::label).containsExactly("a.txt", "b.txt");
        assertThat(done.outputs().getLast().part()).hasFileName(".1.part.b.txt").hasContent("2");
        assertThat(folder.resolve("out/a.txt")).doesNotExist();
    }

    @Test
    void wordsReachTheProgramAsTheyAre() throws Exception {
        done(run(List.of(), "printf", "%s\n", "a b", "$HOME;|'\"", ""));
        assertThat(bench.lines).containsExactly("a b", "$HOME;|'\"", "");
    }

    @Test
    void theEnvironmentAndTheFolderAreSet() throws Exception {
        var settings =
                object(
                        "command",
                        List.of("sh", "-c", "echo $COLOUR; pwd"),
                        "environment",
                        Map.of("COLOUR", "red"),
                        "folder",
                        text(folder));
        done(engine.run(work(settings, object()), bench));
        assertThat(bench.lines).containsExactly("red", text(folder.toRealPath()));
    }

    @Test
    void aCodeOtherThanZeroFailsWithItsLastWords() throws Exception {
        Result.Failed failed =
                failed(run(List.of(), "sh", "-c", "echo the paint is dry >&2; exit 3"));
        assertThat(failed.reason()).isEqualTo(Reason.PROGRAM_FAILED);
        assertThat(failed.sentence())
                .isEqualTo("The command sh ended with code 3 while running: the paint is dry.");
    }

    @Test
    void aProgramThatGotNoLicenceSaysSo() throws Exception {
        Result.Failed failed =
                failed(
                        run(
                                List.of(),
                                "sh",
                                "-c",
                                "echo 'Could not check out license for vray'; echo bye; exit 1"));
        assertThat(failed.reason()).isEqualTo(Reason.LICENCE);
        assertThat(failed.sentence())
                .isEqualTo("The command sh got no licence: Could not check out license for vray.");
    }

    @Test
    void aMissingFileIsNamed() throws Exception {
        Result.Failed failed = failed(run(List.of(), "cat", text(folder.resolve("wood.png"))));
        assertThat(failed.reason()).isEqualTo(Reason.MISSING_FILE);
        assertThat(failed.sentence())
                .isEqualTo(
                        "The command cat needs %s, which is not there."
                                .formatted(folder.resolve("wood.png")));
    }

    @Test
    void whatAProgramOnlyComplainsOfIsNoFailure() throws Exception {
        done(run(List.of(), "echo", "No license available; rendering with a watermark"));
    }

    @Test
    void anOutputThatWasNotWrittenFails() throws Exception {
        Result.Failed failed = failed(run(List.of(text(folder.resolve("a.txt"))), "true"));
        assertThat(failed.reason()).isEqualTo(Reason.BAD_OUTPUT);
        assertThat(failed.sentence()).contains("$LUMENYARD_OUTPUT_0");
    }

    @Test
    void aDeclaredPictureMustBeWhole() throws Exception {
        Result.Failed failed =
                failed(
                        run(
                                List.of(text(folder.resolve("a.png"))),
                                "sh",
                                "-c",
                                "echo x > $LUMENYARD_OUTPUT_0"));
        assertThat(failed.sentence()).isEqualTo("The picture a.png is no PNG.");
        assertThat(folder.resolve(".1.part.a.png")).doesNotExist();
    }

    @Test
    void aMissingProgramIsNamed() throws Exception {
        Result.Failed failed = failed(run(List.of(), "no-such-program-here"));
        assertThat(failed.reason()).isEqualTo(Reason.PROGRAM_MISSING);
        assertThat(failed.sentence()).contains("no-such-program-here");
    }

    @Test
    void openJobDescriptionsMessagesAreUnderstood() throws Exception {
        Result.Failed failed =
                failed(
                        run(
                                List.of(),
                                "printf",
                                "openjd_progress: 40\nopenjd_progress: often\nopenjd_status: drying\nopenjd_fail: it rained\n"));
        assertThat(bench.progress).containsExactly(0.4, 0.4, 0.4);
        assertThat(failed.sentence()).isEqualTo("it rained.");
    }

    @Test
    void badSettingsAreNamed() throws Exception {
        assertThat(failed(engine.run(work(object(), object()), bench)).sentence())
                .contains("lack \"command\"");
        assertThat(failed(run(List.of("relative.txt"), "true")).sentence())
                .contains("absolute paths");
        var text = object("command", "rm -rf /");
        assertThat(failed(engine.run(work(text, object()), bench)).sentence())
                .contains("a list of texts");
        var odd = object("command", List.of("true"), "environment", Map.of("A=B", "c"));
        assertThat(failed(engine.run(work(odd, object()), bench)).reason())
                .isEqualTo(Reason.BAD_SETTINGS);
        var never = object("command", List.of("true"), "timeLimit", "-5");
        assertThat(failed(engine.run(work(never, object()), bench)).sentence())
                .isEqualTo("\"timeLimit\" in the settings must be from 0 to 1000000000.");
        var zero = object("command", List.of("true"), "timeLimit", 0);
        assertThat(failed(engine.run(work(zero, object()), bench)).sentence())
                .isEqualTo("\"timeLimit\" in the settings must be a number of seconds above 0.");
        assertThat(bench.started).isEmpty();
        assertThat(Files.exists(folder)).isTrue();
    }
}
