package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** Lists limits. */
@Command(
        name = "limits",
        sortOptions = false,
        description = "List limits, such as licence seats, and who holds them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard limits",
            "  lumenyard limit set arnold 4       four seats from now on",
            "  lumenyard explain --limit arnold   who holds them, what waits"
        })
final class LimitsCommand extends ClientCommand {
    LimitsCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        JsonNode answer = farm.get("/limits");
        if (options.json) {
            print(answer);
            return DONE;
        }
        var limits = Json.read(answer, Contract.LimitList.class).items();
        if (limits.isEmpty()) {
            out().println("There are no limits. Make one: lumenyard limit set NAME COUNT");
            return DONE;
        }
        print(table(limits));
        return DONE;
    }

    private static Table table(List<Contract.Limit> limits) {
        var table =
                new Table(
                        Table.Column.of("LIMIT").shrinking(8),
                        Table.Column.number("SEATS"),
                        Table.Column.number("TAKEN"),
                        Table.Column.number("WAITING"),
                        Table.Column.of("HELD BY").shrinking(14).dispensable(1),
                        Table.Column.of("NOTE").shrinking(10).dispensable(2));
        for (Contract.Limit limit : limits) {
            table.row(
                    limit.name(),
                    limit.count(),
                    limit.taken(),
                    limit.waiting() == 0 ? "" : limit.waiting(),
                    holders(limit),
                    limit.note());
        }
        return table;
    }

    /** Seats by job. */
    private static String holders(Contract.Limit limit) {
        var byJob = new TreeMap<String, Long>();
        limit.holders().forEach(holder -> byJob.merge(holder.jobName(), holder.seats(), Long::sum));
        return byJob.entrySet().stream()
                .map(job -> job.getKey() + " " + job.getValue())
                .collect(Collectors.joining(", "));
    }
}
