package org.lumenyard.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.lumenyard.cli.FarmClient;

/** Submits small held jobs all the time, and remembers which were acknowledged. */
final class Submitter implements AutoCloseable {
    private static final long PAUSE_NANOS = 150_000_000;
    private final FarmUnderTest farm;
    private final Map<String, String> acknowledged = new LinkedHashMap<>();
    private final Thread thread;
    private volatile boolean over;
    private int tried;

    Submitter(FarmUnderTest farm) {
        this.farm = farm;
        this.thread = Thread.ofPlatform().daemon().name("submitter").start(this::submit);
    }

    private void submit() {
        while (!over) {
            String name = "small " + ++tried;
            var parameters =
                    FarmUnderTest.parameters(
                            "Frames", "1-3", "Output", farm.work().resolve("small"));
            var body = FarmUnderTest.template(SMALL, parameters, name).put("held", true);
            try {
                // Every second one without a key: what is acknowledged at once counts as much.
                JsonNode answer = farm.client().post("/jobs", body, tried % 2 == 0 ? name : null);
                acknowledged.put(name, answer.path("id").asText());
            } catch (FarmClient.Failed away) {
                // Not acknowledged: it may be there or not.
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static final String SMALL =
            """
            specificationVersion: jobtemplate-2023-09
            extensions: [LUMENYARD_ENGINE]
            name: small
            parameterDefinitions:
              - {name: Frames, type: STRING}
              - {name: Output, type: PATH, objectType: DIRECTORY, dataFlow: OUT}
            steps:
              - name: draw
                parameterSpace: {taskParameterDefinitions: [{name: Frame, type: INT, range: "{{Param.Frames}}"}]}
                script:
                  engine:
                    name: testpattern
                    settings: {frames: "{{Task.Param.Frame}}"}
                    outputs: {folder: "{{Param.Output}}", pattern: "s_####.png"}
            """;

    /**
     * Ends it, and says what is wrong: an acknowledged job that is not there, or one that is there
     * twice.
     */
    List<String> wrongs() throws InterruptedException {
        close();
        var wrongs = new ArrayList<String>();
        var names = new TreeMap<String, Integer>();
        var ids = new TreeMap<String, String>();
        for (JsonNode job : farm.all("/jobs")) {
            names.merge(job.path("name").asText(), 1, Integer::sum);
            ids.put(job.path("id").asText(), job.path("name").asText());
        }
        acknowledged.forEach((name, id) -> {
            if (!name.equals(ids.get(id)))
                wrongs.add("acknowledged as " + id + " and not there: " + name);
        });
        names.forEach((name, times) -> {
            if (times > 1) wrongs.add(times + " jobs are called " + name);
        });
        System.out.println(
                "submitted "
                        + tried
                        + " small jobs, "
                        + acknowledged.size()
                        + " were acknowledged, "
                        + wrongs.size()
                        + " wrongs");
        return wrongs;
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        thread.join();
    }
}
