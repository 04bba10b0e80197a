package org.lumenyard.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Set;

/** What tests of engines share: building work, and looking at results. */
final class EngineTrial {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EngineTrial() {}

    /** A JSON object of names and values in turn. */
    static ObjectNode object(Object... namesAndValues) {
        ObjectNode object = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.set((String) namesAndValues[i], JSON.valueToTree(namesAndValues[i + 1]));
        }
        return object;
    }

    /** Work of run 1 with two threads. */
    static Work work(ObjectNode settings, ObjectNode outputs) {
        return new Work(1, settings, outputs, 2, 0, Set.of(), "1");
    }

    static Result.Done done(Result result) {
        assertThat(result).as("%s", result).isInstanceOf(Result.Done.class);
        return (Result.Done) result;
    }

    /** A failure, told in one sentence. */
    static Result.Failed failed(Result result) {
        assertThat(result).as("%s", result).isInstanceOf(Result.Failed.class);
        var failed = (Result.Failed) result;
        assertThat(failed.sentence()).endsWith(".").doesNotContain("\n").hasSizeLessThan(400);
        return failed;
    }

    /** The text form of a path, which JSON wants. */
    static String text(Path path) {
        return path.toString();
    }
}
