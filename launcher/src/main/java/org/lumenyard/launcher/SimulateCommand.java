package org.lumenyard.launcher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.lumenyard.launcher.demo.Bar;
import org.lumenyard.simulator.Histories;
import org.lumenyard.simulator.Profile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Lives through simulated histories of whole farms, and tells the story of one that goes wrong. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Simulate whole farms whose servers, agents, networks, disks and clocks fail, and see whether",
            "every promise holds. Nothing of a farm that runs here is touched.",
            "Ends with 1 when a promise is broken."
        })
final class SimulateCommand implements Callable<Integer> {
    @Spec @Nullable CommandSpec spec;

    @Option(names = "--seeds", paramLabel = "N", description = "How many histories (100).")
    long seeds = 100;

    @Option(names = "--from", paramLabel = "SEED", description = "The first one's seed (1).")
    long from = 1;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "Which faults strike (mixed): ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class,
            converter = Choose.class)
    Choice choice = new Choice(List.of(Profile.MIXED));

    @Option(names = "--json", description = "Print a line of JSON for each profile.")
    boolean json;

    /** The profiles as people write them. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            var names = new ArrayList<String>();
            for (Profile profile : Profile.values()) names.add(profile.toString());
            names.add("all");
            return names.iterator();
        }
    }

    /** One profile, or all. */
    record Choice(List<Profile> profiles) {}

    static final class Choose implements ITypeConverter<Choice> {
        @Override
        public Choice convert(String name) {
            if (name.equals("all")) return new Choice(List.of(Profile.values()));
            return Arrays.stream(Profile.values())
                    .filter(profile -> profile.toString().equals(name))
                    .findFirst()
                    .map(profile -> new Choice(List.of(profile)))
                    .orElseThrow(() ->
                            new TypeConversionException(
                                    "no profile is called '%s'; there are %s"
                                            .formatted(name, String.join(", ", new Names()))));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seeds < 1) throw new ParameterException(commandLine(), "--seeds is at least 1.");
        boolean held = true;
        for (int i = 0; i < choice.profiles().size(); i++) held &= live(i);
        return held ? 0 : 1;
    }

    /** Whether every promise held in all histories of that profile. */
    private boolean live(int number) throws IOException, InterruptedException {
        Profile profile = choice.profiles().get(number);
        var histories = new Histories(profile, from, seeds);
        long began = System.nanoTime();
        if (json) {
            Histories.Outcome outcome = histories.run(lived -> {});
            out().println(line(outcome, seconds(began)));
            return outcome.broken().isEmpty();
        }
        var bar = new Bar(number + 1, choice.profiles().size(), profile.toString());
        LongConsumer progress = lived -> bar.at((double) lived / seeds, lived + " of " + seeds);
        Histories.Outcome outcome = histories.run(progress);
        bar.done(summary(outcome, seconds(began)));
        tellFaults(outcome);
        if (!outcome.broken().isEmpty()) tell(outcome);
        return outcome.broken().isEmpty();
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static String summary(Histories.Outcome outcome, double seconds) {
        int broken = outcome.broken().size();
        String verdict =
                switch (broken) {
                    case 0 -> "every promise held";
                    case 1 -> "one broke a promise";
                    default -> broken + " broke a promise";
                };
        return "%,d histories, %,d processes, %.0f s: %s"
                .formatted(outcome.histories(), outcome.works(), seconds, verdict);
    }

    /** How many faults of which kind struck, the most frequent first. */
    private void tellFaults(Histories.Outcome outcome) {
        out().printf(
                        "%,d faults struck, of %d kinds:%n",
                        outcome.strikes(), outcome.faults().size());
        outcome.faults().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(fault -> out().printf("%,12d  %s%n", fault.getValue(), fault.getKey()));
        out().flush();
    }

    /** The first story in full, and how to live it again; the others by their seeds. */
    private void tell(Histories.Outcome outcome) {
        Histories.Broken first = outcome.broken().getFirst();
        out().printf("%nSeed %d: %s%n", first.seed(), first.story());
        out().printf("%nRun it again:  %s%n", again(outcome.profile(), first.seed()));
        List<String> others =
                outcome.broken().stream().skip(1).map(broken -> "" + broken.seed()).toList();
        if (!others.isEmpty()) out().println("Seeds that fail too: " + String.join(", ", others));
        out().flush();
    }

    private static String again(Profile profile, long seed) {
        return "lumenyard simulate --profile %s --from %d --seeds 1".formatted(profile, seed);
    }

    private String line(Histories.Outcome outcome, double seconds) {
        ObjectNode line =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("profile", outcome.profile().toString())
                        .put("from", from)
                        .put("histories", outcome.histories())
                        .put("commits", outcome.commits())
                        .put("processes", outcome.works())
                        .put("seconds", Math.round(seconds * 10) / 10.0);
        ObjectNode faults = line.putObject("faults");
        outcome.faults().forEach(faults::put);
        var broken = line.putArray("broken");
        for (Histories.Broken each : outcome.broken()) {
            broken.addObject()
                    .put("seed", each.seed())
                    .put("story", each.story())
                    .put("again", again(outcome.profile(), each.seed()));
        }
        return line.toString();
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec, "set by the parser").commandLine();
    }

    private PrintWriter out() {
        return commandLine().getOut();
    }
}
