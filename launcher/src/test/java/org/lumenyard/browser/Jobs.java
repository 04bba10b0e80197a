package org.lumenyard.browser;

/** The jobs that these tests look at. */
final class Jobs {
    private Jobs() {}

    /** Draws without any program. Parameters: {@code Frames}, {@code Output}, {@code Seconds}. */
    static final String PATTERN =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: pattern
            parameterDefinitions:
              - {name: Frames, type: STRING}
              - {name: Output, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
              - {name: Seconds, type: FLOAT, default: 0.3}
            steps:
              - name: draw
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "{{Param.Frames}}"}]}
                script:
                  engine:
                    name: testpattern
                    settings: {frames: "{{Task.Param.Frame}}", seconds: "{{Param.Seconds}}"}
                    outputs: {folder: "{{Param.Output}}", pattern: "t_####.png"}
            """;

    /**
     * One task that writes 300 lines, then an error and 300 more, and fails as long as the file
     * {@code Cure} is not there.
     */
    static final String SICK =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: sick
            parameterDefinitions:
              - {name: Cure, type: STRING}
            steps:
              - name: heal
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "1"}]}
                script:
                  engine:
                    name: command
                    settings:
                      command:
                        - python3
                        - -c
                        - |
                          import os, sys
                          for line in range(300): print("before", line)
                          if os.path.exists(sys.argv[1]): sys.exit(0)
                          print("Error: there is no cure")
                          for line in range(300): print("after", line)
                          sys.exit(3)
                        - "{{Param.Cure}}"
                    outputs: {}
            """;

    /** One task that says what is added to the file {@code Words}, and never ends by itself. */
    static final String TALKER =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: talker
            parameterDefinitions:
              - {name: Words, type: STRING}
            steps:
              - name: talk
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "1"}]}
                script:
                  engine:
                    name: command
                    settings: {command: ["tail", "-n", "+1", "-f", "{{Param.Words}}"]}
                    outputs: {}
            """;

    /**
     * 40 tasks that fail on the node with the id {@code Ill}, or on all where that is empty, as
     * long as the file {@code Cure} is not there, and do nothing otherwise.
     */
    static final String ILL_NODE =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: ill node
            parameterDefinitions:
              - {name: Cure, type: STRING}
              - {name: Ill, type: STRING}
            steps:
              - name: work
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "1-40"}]}
                script:
                  engine:
                    name: command
                    settings:
                      command:
                        - python3
                        - -c
                        - |
                          import os, sys, time
                          here = os.environ["LUMENYARD_RUN"].split(".")[1]
                          if sys.argv[2] not in ("", here) or os.path.exists(sys.argv[1]):
                              time.sleep(0.2)
                              sys.exit(0)
                          print("Error: the driver of " + here + " is broken")
                          sys.exit(3)
                        - "{{Param.Cure}}"
                        - "{{Param.Ill}}"
                    outputs: {}
            """;

    /** Three tasks that each take a seat of {@code arnold} and never end by themselves. */
    static final String LICENSED =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: licensed
            steps:
              - name: shade
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "1-3"}]}
                hostRequirements: {amounts: [{name: amount.limit.arnold, min: 1}]}
                script:
                  engine:
                    name: command
                    settings: {command: ["sleep", "600"]}
                    outputs: {}
            """;
}
