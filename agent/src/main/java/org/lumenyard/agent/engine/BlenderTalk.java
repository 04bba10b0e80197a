package org.lumenyard.agent.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A conversation with the driver inside one Blender process: one request, one answer. */
final class BlenderTalk {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANSWER = "@@ ";

    private final Running process;
    private final Bench bench;
    private final Death death;
    private String lastTrouble = "";
    private Optional<String> pythonError = Optional.empty();
    private boolean inTraceback;
    private Optional<Telltale> cardTrouble = Optional.empty();
    private Optional<String> notLogged = Optional.empty();
    private long lastPreparing = System.nanoTime();
    private long residentMiB;
    private long peakMiB;
    private boolean answered;

    BlenderTalk(Running process, Bench bench, Death death) {
        this.process = process;
        this.bench = bench;
        this.death = death;
    }

    /** Whether the process has answered at least once: before that, it may have died long ago. */
    boolean hasAnswered() {
        return answered;
    }

    /** Memory held at the last answer, in MiB. */
    long residentMiB() {
        return residentMiB;
    }

    /** The most memory held so far, in MiB. */
    long peakMiB() {
        return peakMiB;
    }

    /** Waits for the first answer of a new process. */
    void awaitReady() throws WorkFailed, InterruptedException {
        answer("starting", line -> {});
        pythonError = Optional.empty(); // whatever an add-on complained of is no concern of the job
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @param doing what Blender is at meanwhile, to stand after "while"
     * @param lines hears each line that Blender prints
     * @throws WorkFailed when it refuses, dies, or a script of the scene or the graphics card fails
     *     meanwhile: Blender then goes on, and may save a black picture
     */
    JsonNode ask(JsonNode request, String doing, Consumer<BlenderLine> lines)
            throws WorkFailed, InterruptedException {
        cardTrouble = Optional.empty();
        try {
            process.send(request.toString());
        } catch (IOException gone) {
            throw died(doing);
        }
        JsonNode answer = answer(doing, lines);
        if (pythonError.isPresent()) {
            throw new WorkFailed(
                    Reason.SCRIPT_ERROR,
                    "A Python script or driver of the scene failed while %s: %s"
                            .formatted(doing, Sentence.end(pythonError.get())));
        }
        if (cardTrouble.isPresent()) {
            throw cardTrouble.get().failure("Blender", doing);
        }
        return answer;
    }

    private JsonNode answer(String doing, Consumer<BlenderLine> lines)
            throws WorkFailed, InterruptedException {
        try {
            for (String line = process.readLine(); line != null; line = process.readLine()) {
                if (line.startsWith(ANSWER)) {
                    return read(line.substring(ANSWER.length()));
                }
                if (!line.isBlank()) {
                    BlenderLine parsed = heard(line);
                    log(line, parsed);
                    lines.accept(parsed);
                }
            }
        } catch (InterruptedException ended) {
            notLogged.ifPresent(bench::log); // what it said last may tell why it was ended
            throw ended;
        }
        throw died(doing);
    }

    /**
     * Cycles prints some forty lines while it prepares a frame, most of them at once: of those, one
     * a second is logged, and the last one before a death.
     */
    private void log(String line, BlenderLine parsed) {
        boolean preparing =
                parsed instanceof BlenderLine.Progress progress && progress.isPreparing();
        long now = System.nanoTime();
        if (preparing && now - lastPreparing < 1_000_000_000L) {
            notLogged = Optional.of(line);
            return;
        }
        if (preparing) {
            lastPreparing = now;
        }
        notLogged = Optional.empty();
        bench.log(line);
    }

    private JsonNode read(String text) throws WorkFailed {
        JsonNode answer;
        try {
            answer = JSON.readTree(text);
        } catch (JsonProcessingException garbled) {
            throw new WorkFailed(
                    Reason.PROGRAM_FAILED, "Blender's driver gave an answer that cannot be read.");
        }
        answered = true;
        residentMiB = answer.path("residentMiB").asLong();
        peakMiB = Math.max(peakMiB, answer.path("peakMiB").asLong());
        if (!answer.path("ok").asBoolean()) {
            throw refused(answer.path("reason").asText(), answer.path("sentence").asText());
        }
        return answer;
    }

    /** The driver tells all that Blender says in the same way; the words may tell more. */
    private static WorkFailed refused(String code, String sentence) {
        Reason told = reason(code);
        boolean isVague = told == Reason.PROGRAM_FAILED || told == Reason.OUT_OF_MEMORY;
        Optional<Telltale> telltale = isVague ? Telltale.of(sentence) : Optional.empty();
        return new WorkFailed(telltale.map(Telltale::reason).orElse(told), sentence);
    }

    private static Reason reason(String code) {
        try {
            return Reason.valueOf(code.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            return Reason.PROGRAM_FAILED;
        }
    }

    private BlenderLine heard(String line) {
        death.hear(line);
        BlenderLine parsed = BlenderLine.parse(line);
        switch (parsed) {
            case BlenderLine.TracebackBegins begins -> inTraceback = true;
            case BlenderLine.Trouble(String text) -> {
                lastTrouble = text;
                cardTrouble =
                        cardTrouble.or(
                                () -> Telltale.of(text).filter(Telltale::isOfTheGraphicsCard));
            }
            default -> {
                // A traceback's frames are indented; the first line that is not names the error.
                if (inTraceback && !Character.isWhitespace(line.charAt(0))) {
                    inTraceback = false;
                    pythonError = pythonError.or(() -> Optional.of(line.strip()));
                }
            }
        }
        return parsed;
    }

    private WorkFailed died(String doing) throws InterruptedException {
        notLogged.ifPresent(bench::log);
        Exit exit = process.awaitExit();
        peakMiB = Math.max(peakMiB, exit.peakMiB());
        return death.explain(exit, doing, pythonError.orElse(lastTrouble));
    }
}
