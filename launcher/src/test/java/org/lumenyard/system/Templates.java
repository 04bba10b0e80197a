package org.lumenyard.system;

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
}
