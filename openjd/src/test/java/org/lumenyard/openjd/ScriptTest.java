package org.lumenyard.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.lumenyard.openjd.Templates.problemsOf;
import static org.lumenyard.openjd.Templates.withStep;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {
    private static final String RENDER =
            withStep(
                    """
                    parameterSpace:
                      taskParameterDefinitions:
                      - {name: Frame, type: INT, range: 1-3}
                      - {name: Tex, type: PATH, range: [/mnt/tex/a]}
                    script:
                      engine:
                        name: blender
                        settings:
                          scene: "{{Param.Scene}}"
                          raw: "{{RawParam.Scene}}"
                          frames: "{{Task.Param.Frame}}"
                          samples: 64
                          scale: 3.500
                          deep: [{on: true, off: null}, "{{Task.Param.Tex}} {{Task.RawParam.Tex}}"]
                        outputs: {folder: "{{Session.WorkingDirectory}}/{{Param.Text}}"}
                    """);

    private static void assertProblem(String text, String path, String part) {
        assertThat(problemsOf(text))
                .anySatisfy(problem -> {
                    assertThat(problem.path()).isEqualTo(path);
                    assertThat(problem.message()).contains(part);
                });
    }

    private static Step only(String text, Map<String, String> values) {
        return Template.parse(text).instantiate(values).steps().getFirst();
    }

    private static String onNode(String path) {
        return path.replace("/mnt/", "/data/");
    }

    @Test
    void anEngineGetsItsSettingsResolvedOnTheNode() {
        Step step = only(RENDER, Map.of("Scene", "/mnt/film/a b.blend", "Text", "out"));
        var ready =
                (ReadyScript.Engine)
                        step.script()
                                .resolve(
                                        step.parameterSpace().valuesAt(1),
                                        Map.of("Session.WorkingDirectory", "/tmp/s"),
                                        ScriptTest::onNode);
        assertThat(ready.name()).isEqualTo("blender");
        assertThat(ready.settings().toString())
                .isEqualTo(
                        "{\"scene\":\"/data/film/a b.blend\",\"raw\":\"/mnt/film/a b.blend\",\"frames\":\"2\",\"samples\":64,\"scale\":3.500,"
                                + "\"deep\":[{\"on\":true,\"off\":null},\"/data/tex/a /mnt/tex/a\"]}");
        assertThat(ready.outputs().toString()).isEqualTo("{\"folder\":\"/tmp/s/out\"}");
    }

    @Test
    void theCanonicalFormCarriesAllThatANodeNeeds() {
        Step step =
                only(
                        RENDER,
                        Map.of("Scene", "/mnt/{{x}}.blend", "Text", "ü\n{{Task.Param.Frame}}"));
        BoundScript rebuilt = BoundScript.fromCanonical(step.script().toCanonical());
        assertThat(rebuilt).isEqualTo(step.script());
        assertThat(rebuilt.toCanonical()).isEqualTo(step.script().toCanonical());
        assertThat(rebuilt.mapped()).containsExactlyInAnyOrder("Param.Scene", "Task.Param.Tex");
        assertThat(rebuilt.symbols().keySet())
                .containsExactlyInAnyOrder("Param.Scene", "RawParam.Scene", "Param.Text");
        var ready =
                (ReadyScript.Engine)
                        rebuilt.resolve(
                                step.parameterSpace().valuesAt(0),
                                Map.of("Session.WorkingDirectory", "/s"),
                                path -> path);
        assertThat(ready.settings().path("scene").textValue()).isEqualTo("/mnt/{{x}}.blend");
        assertThat(ready.outputs().path("folder").textValue())
                .isEqualTo("/s/ü\n{{Task.Param.Frame}}");
    }

    @Test
    void thePreviewShowsWhatIsKnownAtSubmission() {
        var preview =
                (ReadyScript.Engine)
                        only(RENDER, Map.of("Scene", "/mnt/a.blend")).script().preview();
        assertThat(preview.settings().path("scene").textValue()).isEqualTo("/mnt/a.blend");
        assertThat(preview.settings().path("frames").textValue()).isEqualTo("{{Task.Param.Frame}}");
        assertThat(preview.outputs().path("folder").textValue())
                .isEqualTo("{{Session.WorkingDirectory}}/text");
    }

    @Test
    void whatTheNodeDoesNotTellIsMissedByName() {
        Step step = only(RENDER, Map.of());
        assertThatThrownBy(() ->
                        step.script()
                                .resolve(step.parameterSpace().valuesAt(0), Map.of(), path -> path))
                .hasMessage("`Session.WorkingDirectory` has no value here");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}|^^|`actions` is missing",
                "{engine: {}}|.engine|`name` is missing",
                "{engine: {name: 'a b'}}|.engine.name|begin with a letter",
                "{engine: blender}|.engine|must be a group of keys, not a text",
                "{engine: {name: x, settings: [a]}}|.engine.settings|must be a group of keys, not a list",
                "{engine: {name: x, setings: {}}}|.engine.setings|did you mean `settings`",
                "{engine: {name: x, settings: {a: {b: ['{{Param.Txt}}']}}}}|.engine.settings.a.b[0]|did you mean `Param.Text`",
                "{engine: {name: x, settings: {a: '{{'}}}|.engine.settings.a|without `}}`",
                "{engine: {name: x, outputs: {a: .inf}}}|.engine.outputs.a|not a decimal number",
                "{engine: {name: x}, actions: {onRun: {command: x}}}|.engine|both together are not possible",
                "{actions: {}}|.actions|`onRun` is missing",
                "{actions: {onRun: {}}}|.actions.onRun|`command` is missing",
                "{actions: {onRun: {command: ''}}}|.actions.onRun.command|must not be empty",
                "{actions: {onRun: {command: x, args: y}}}|.actions.onRun.args|must be a list",
                "{actions: {onRun: {command: x, args: [5]}}}|.actions.onRun.args[0]|put it in quotes, \"5\"",
                "{actions: {onRun: {command: x, timeout: 0}}}|.actions.onRun.timeout|at least 1",
                "{actions: {onRun: {command: x, timeout: '5'}}}|.actions.onRun.timeout|must be an integer",
                "{actions: {onRun: {command: x, cancelation: {}}}}|.actions.onRun.cancelation|`mode` is missing",
                "{actions: {onRun: {command: x, cancelation: {mode: KILL}}}}|.actions.onRun.cancelation.mode|not one of TERMINATE",
                "{actions: {onRun: {command: x, cancelation: {mode: TERMINATE, notifyPeriodInSeconds: 5}}}}|.actions.onRun.cancelation.notifyPeriodInSeconds|not known",
                "{actions: {onRun: {command: x, cancelation: {mode: NOTIFY_THEN_TERMINATE, notifyPeriodInSeconds: 601}}}}|.actions.onRun.cancelation.notifyPeriodInSeconds|1 to 600",
                "{actions: {onRun: {command: '{{Env.File.A}}'}}}|.actions.onRun.command|not known here",
                "{actions: {onRun: {command: '{{Task.File.A}}'}}}|.actions.onRun.command|not known here",
                "{actions: {onRun: {command: x}}, embeddedFiles: []}|.embeddedFiles|must not be empty",
                "{actions: {onRun: {command: x}}, embeddedFiles: [{name: A, type: TEXT}]}|.embeddedFiles[0]|`data` is missing",
                "{actions: {onRun: {command: x}}, embeddedFiles: [{name: A, type: BIN, data: x}]}|.embeddedFiles[0].type|not one of TEXT",
                "{actions: {onRun: {command: x}}, embeddedFiles: [{name: A, type: TEXT, data: ''}]}|.embeddedFiles[0].data|must not be empty",
                "{actions: {onRun: {command: x}}, embeddedFiles: [{name: A, type: TEXT, data: x, filename: a/b}]}|.embeddedFiles[0].filename|without a folder",
                "{actions: {onRun: {command: x}}, embeddedFiles: [{name: A, type: TEXT, data: x, filename: ..}]}|.embeddedFiles[0].filename|without a folder",
                "{actions: {onRun: {command: x}}, embeddedFiles: [{name: A, type: TEXT, data: x, runnable: 'yes'}]}|.embeddedFiles[0].runnable|true or false",
                "{actions: {onRun: {command: x}}, embeddedFiles: [{name: A, type: TEXT, data: x}, {name: A, type: TEXT, data: y}]}|.embeddedFiles[1]|another embedded file",
                "{actions: {onRun: {command: x}}, let: ['a = 1']}|.let|EXPR",
            })
    void refusesScriptsWithAPlaceAndASentence(String script, String path, String part) {
        assertProblem(withStep("script: " + script), "steps[0].script" + path, part);
    }

    @Test
    void anEngineNeedsOurExtension() {
        assertProblem(
                withStep("script: {engine: {name: x}}").replace(", LUMENYARD_ENGINE", ""),
                "steps[0].script.engine",
                "needs `extensions: [LUMENYARD_ENGINE]`");
    }

    @Test
    void actionsAndFilesAreKept() {
        Step step =
                only(
                        withStep(
                                """
                                script:
                                  actions:
                                    onRun:
                                      command: "{{Task.File.Run}}"
                                      args: ["", "{{Param.Count}}"]
                                      timeout: 60
                                      cancelation: {mode: NOTIFY_THEN_TERMINATE}
                                  embeddedFiles:
                                  - {name: Run, type: TEXT, filename: run.sh, runnable: true, data: "cat {{Task.File.Data}}"}
                                  - {name: Data, type: TEXT, data: "{{Param.Text}}"}
                                """),
                        Map.of());
        BoundScript rebuilt = BoundScript.fromCanonical(step.script().toCanonical());
        assertThat(rebuilt).isEqualTo(step.script());
        assertThat(
                        rebuilt.resolve(
                                Map.of(),
                                Map.of("Task.File.Run", "/s/run.sh", "Task.File.Data", "/s/d"),
                                path -> path))
                .isEqualTo(
                        new ReadyScript.Command(
                                "/s/run.sh",
                                List.of("", "10"),
                                60L,
                                120L,
                                List.of(
                                        new ReadyScript.File("Run", "run.sh", true, "cat /s/d"),
                                        new ReadyScript.File("Data", null, false, "text"))));
    }

    @Test
    void environmentsAreReadAndKept() {
        String text =
                withStep(
                        """
                        stepEnvironments:
                        - name: Tools
                          variables: {PATH_TO: "{{Param.Scene}}", EMPTY: ""}
                          script:
                            actions:
                              onEnter: {command: "{{Env.File.Setup}}", cancelation: {mode: NOTIFY_THEN_TERMINATE}}
                              onExit: {command: down}
                            embeddedFiles: [{name: Setup, type: TEXT, data: x}]
                        """);
        Environment environment = only(text, Map.of()).environments().getFirst();
        assertThat(environment.variables()).containsOnlyKeys("PATH_TO", "EMPTY");
        assertThat(environment.onEnter())
                .extracting(Action::notifySeconds, Action::timeoutSeconds)
                .containsExactly(30L, null);
        assertThat(environment.onExit())
                .extracting(Action::notifySeconds, Action::timeoutSeconds)
                .containsExactly(null, 300L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "[]|^^|must not be empty",
                "[{name: A}]|[0]|`script` or `variables`",
                "[{variables: {A: b}}]|[0]|`name` is missing",
                "[{name: A, variables: {}}]|[0].variables|At least one",
                "[{name: A, variables: {1A: b}}]|[0].variables.1A|begin with a letter",
                "[{name: A, variables: {A: 5}}]|[0].variables.A|must be a text",
                "[{name: A, variables: {A: '{{Task.Param.F}}'}}]|[0].variables.A|not known here",
                "[{name: A, variables: {A: b}}, {name: A, variables: {A: b}}]|[1]|another environment `A`",
                "[{name: A, script: {}}]|[0].script|`actions` is missing",
                "[{name: A, script: {actions: {onExit: {command: x}}}}]|[0].script.actions|`onEnter` is missing",
            })
    void refusesEnvironmentsWithAPlaceAndASentence(String environments, String path, String part) {
        assertProblem(
                withStep("stepEnvironments: " + environments),
                "steps[0].stepEnvironments" + path,
                part);
    }

    @Test
    void aStepsEnvironmentMayNotHaveTheNameOfAJobs() {
        String text =
                withStep("stepEnvironments: [{name: A, variables: {A: b}}]")
                        .replace(
                                "steps:\n",
                                "jobEnvironments: [{name: A, variables: {A: b}}]\nsteps:\n");
        assertProblem(text, "steps[0].stepEnvironments[0]", "another environment `A`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "{}",
                "{\"format\":\"script/9\"}",
                "{\"format\":\"script/1\"}",
                "{\"format\":\"script/1\",\"engine\":{\"name\":\"x\"}}",
                "{\"format\":\"script/1\",\"command\":{\"command\":\"{{\"}}"
            })
    void otherTextIsNoScript(String text) {
        assertThatThrownBy(() -> BoundScript.fromCanonical(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
