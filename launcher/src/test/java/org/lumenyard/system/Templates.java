package org.lumenyard.system;

import java.util.ArrayList;

/**
 * The jobs of these tests: each frame holds a kernel lock while it is drawn, and leaves a line in a
 * record.
 */
final class Templates {
    private Templates() {}

    /** Parameters: {@code Frames}, {@code Output}, {@code Records}, {@code Seconds}. */
    static final String PATTERN =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: pattern
            parameterDefinitions:
              - {name: Frames, type: STRING}
              - {name: Output, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
              - {name: Records, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
              - {name: Seconds, type: FLOAT, default: 0.3}
            steps:
              - name: draw
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "{{Param.Frames}}"}]}
                script:
                  engine:
                    name: testpattern
                    settings: {frames: "{{Task.Param.Frame}}", width: "160", height: "90", seconds: "{{Param.Seconds}}", lockFolder: "{{Param.Records}}"}
                    outputs: {folder: "{{Param.Output}}", pattern: "t_####.png"}
            """;

    /**
     * Parameters: {@code Frames}, {@code Scene}, {@code Output}, {@code Records}, {@code
     * Percentage}.
     */
    static final String BLENDER =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: blender
            parameterDefinitions:
              - {name: Frames, type: STRING}
              - {name: Scene, type: PATH, objectType: FILE, dataFlow: IN}
              - {name: Output, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
              - {name: Records, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
              - {name: Percentage, type: STRING, default: "100"}
            steps:
              - name: render
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "{{Param.Frames}}"}]}
                script:
                  engine:
                    name: blender
                    settings: {scene: "{{Param.Scene}}", frames: "{{Task.Param.Frame}}", percentage: "{{Param.Percentage}}", lockFolder: "{{Param.Records}}"}
                    outputs: {folder: "{{Param.Output}}", pattern: "b_####.png"}
            """;

    /**
     * A task for every {@code framesPerTask} frames, which one command renders. Parameters: {@code
     * Tasks} (from 0 on), {@code Output}, {@code Records}, {@code Python}, {@code Script}.
     */
    static String mitsuba(int framesPerTask) {
        var outputs = new ArrayList<String>();
        for (int i = 0; i < framesPerTask; i++)
            outputs.add("\"{{Param.Output}}/m_{{Task.Param.Task}}_%d.png\"".formatted(i));
        return MITSUBA.replace("COUNT", "" + framesPerTask)
                .replace("OUTPUTS", String.join(", ", outputs));
    }

    /** The name of a frame's picture; the first frame is 1. */
    static String mitsubaPicture(int frame, int framesPerTask) {
        return "m_%d_%d.png".formatted((frame - 1) / framesPerTask, (frame - 1) % framesPerTask);
    }

    private static final String MITSUBA =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: mitsuba
            parameterDefinitions:
              - {name: Tasks, type: STRING}
              - {name: Output, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
              - {name: Records, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
              - {name: Python, type: STRING}
              - {name: Script, type: PATH, objectType: FILE, dataFlow: IN}
            steps:
              - name: render
                parameterSpace: {taskParameterDefinitions: [{name: Task, type: INT, range: "{{Param.Tasks}}"}]}
                script:
                  engine:
                    name: command
                    settings: {command: ["{{Param.Python}}", "{{Param.Script}}", "{{Param.Records}}", "{{Task.Param.Task}}", "COUNT"], pictureChecks: "OFF"}
                    outputs: {files: [OUTPUTS]}
            """;
}
