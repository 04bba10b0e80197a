package org.lumenyard.agent.shell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.lumenyard.agent.FinalReport;
import org.lumenyard.agent.FinalReport.Publication;
import org.lumenyard.agent.engine.Output;
import org.lumenyard.agent.engine.Result;
import org.lumenyard.agent.guard.BootClock;
import org.lumenyard.agent.guard.Death;
import org.lumenyard.protocol.AgentMessage.Ended;
import org.lumenyard.protocol.AgentMessage.Report;
import org.lumenyard.protocol.ServerMessage.Start;
import org.lumenyard.protocol.Wire;

/** What became of one run, gathered until it can be reported. */
final class Ending {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** The whole message may have 64 KiB; details have half of it. */
    private static final int MOST_DETAILS = 30 * 1024;

    /** In characters; a character may have several bytes. */
    private static final int MOST_MESSAGE = 48 * 1024;

    private static final int MOST_SENTENCE = 1_000;

    private final Start order;
    private final String farm;
    private final long beganAt = BootClock.nowMillis();
    private String kind = "lost";
    private String reason = "agent_error";
    private String sentence = "";
    private long loadMillis;
    private long peakMebibytes;
    private String program;
    private List<Output> outputs = List.of();
    private List<String> warnings = List.of();

    Ending(Start order, String farm) {
        this.order = order;
        this.farm = farm;
        this.program = order.engine();
    }

    void resulted(Result result) {
        outputs = result.outputs();
        warnings = result.warnings();
        loadMillis = Math.round(result.costs().loadSeconds() * 1_000);
        peakMebibytes = result.costs().peakMiB();
        switch (result) {
            case Result.Done ignored -> say("done", "done", "");
            case Result.Failed failed -> say("failed", failed.reason().code(), failed.sentence());
        }
    }

    void failed(String why, String inWords) {
        say("failed", why, inWords);
    }

    /** No fault of the task's. */
    void refusedByDisk() {
        say("interrupted", "agent_disk", "The agent's own disk did not take the run's files.");
    }

    /** Outputs that were finished before count all the same. */
    void interrupted(List<Output> finished) {
        outputs = finished.stream().filter(output -> Files.isRegularFile(output.part())).toList();
        say("interrupted", "stopped", "");
    }

    /** The agent ended it; what was finished before counts all the same. */
    void cutShort(String why, String inWords) {
        if (!isDone()) {
            say("failed", why, inWords);
        }
    }

    private void say(String what, String why, String inWords) {
        kind = what;
        reason = why;
        sentence = inWords;
    }

    /** A run whose guard died under it, or whose lease ended, has not failed by its own doing. */
    void deaths(List<Death> deaths) {
        for (Death death : deaths) {
            peakMebibytes = Math.max(peakMebibytes, death.peakKibibytes() / 1024);
            if (!isDone()) {
                switch (death.cause()) {
                    case GUARD_KILLED, GUARD_BROKEN ->
                            say("lost", "guard_killed", "The process guard of the run was killed.");
                    case LEASE -> say("interrupted", "lease_ended", "");
                    case AGENT_GONE, ORDER, NONE -> {}
                }
            }
        }
    }

    /** The programs by name and version; the engine's own name where it needed none. */
    void workedWith(Set<String> programs) {
        if (!programs.isEmpty()) {
            program = String.join(", ", programs);
        }
    }

    boolean isDone() {
        return kind.equals("done");
    }

    /** The files that are to be published. */
    Set<Path> parts() {
        return outputs.stream().map(Output::part).collect(Collectors.toSet());
    }

    /** What the log ends with. */
    Optional<String> lastWords() {
        return sentence.isEmpty()
                ? Optional.empty()
                : Optional.of("lumenyard: " + reason + ": " + sentence);
    }

    FinalReport report() throws JsonProcessingException {
        long millis = Math.max(0, BootClock.nowMillis() - beganAt - loadMillis);
        String text = sentence.substring(0, Math.min(MOST_SENTENCE, sentence.length()));
        var ended = ended(text, millis, details(outputs));
        if (Wire.write(new Report(Long.MAX_VALUE, ended)).length() > MOST_MESSAGE) {
            ended = ended(text, millis, details(List.of()));
        }
        return new FinalReport(farm, ended, outputs.stream().map(Ending::publication).toList());
    }

    private Ended ended(String text, long millis, String details) {
        return new Ended(
                order.run(), kind, reason, text, loadMillis, millis, peakMebibytes, details);
    }

    private static Publication publication(Output output) {
        return OutputFiles.publication(output.part(), output.target(), output.bytes());
    }

    /** Outputs come first and are never cut apart: what does not fit is counted. */
    private String details(List<Output> told) throws JsonProcessingException {
        ObjectNode details = JSON.createObjectNode();
        details.put("engine", program);
        var list = details.putArray("outputs");
        int room = MOST_DETAILS;
        int left = outputs.size() - told.size();
        for (Output output : told) {
            ObjectNode one = one(output);
            room -= JSON.writeValueAsBytes(one).length + 1;
            if (room > 0) {
                list.add(one);
            } else {
                left++;
            }
        }
        if (left > 0) {
            details.put("outputsLeftOut", left);
        }
        var frames = details.putArray("frames");
        for (Output output : told) {
            room -= 40;
            if (room > 0 && output.label().matches("-?[0-9]{1,9}")) {
                frames.addObject()
                        .put("frame", Integer.parseInt(output.label()))
                        .put("seconds", seconds(output));
            }
        }
        var sentences = details.putArray("warnings");
        for (String warning : warnings) {
            room -= JSON.writeValueAsBytes(warning).length + 1;
            if (room > 0) {
                sentences.add(warning);
            }
        }
        return JSON.writeValueAsString(details);
    }

    private static double seconds(Output output) {
        return Math.round(output.seconds() * 1_000) / 1_000.0;
    }

    private static ObjectNode one(Output output) {
        ObjectNode one = JSON.createObjectNode();
        one.put("label", output.label());
        one.put("path", output.target().toString());
        one.put("bytes", output.bytes());
        one.put("width", output.width());
        one.put("height", output.height());
        one.put("thumbnail", output.thumbnail() != null);
        return one;
    }
}
