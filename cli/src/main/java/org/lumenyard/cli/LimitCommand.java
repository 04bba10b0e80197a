package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people do with one limit. */
@Command(
        name = "limit",
        sortOptions = false,
        synopsisSubcommandLabel = "(set | delete)",
        description = {
            "Make, change or delete a limit, such as licence seats.",
            "It is a count for the whole farm. See: lumenyard limit set --help"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  lumenyard limit set arnold 4",
            "  lumenyard limit delete arnold",
            "  lumenyard limits                   what there is"
        })
final class LimitCommand extends ClientCommand {
    private LimitCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        throw new MisuseException("What is to be done with it? set or delete.");
    }

    /** With the commands below it. */
    static CommandLine with(Surroundings around) {
        return new CommandLine(new LimitCommand(around))
                .addSubcommand(new Set(around))
                .addSubcommand(new Delete(around));
    }

    /** Makes or changes one. */
    @Command(
            name = "set",
            sortOptions = false,
            description = {
                "Make a limit, or give it another number of seats.",
                "Fewer seats than are held stop nothing: nothing more is placed until it fits."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  lumenyard limit set arnold 4",
                "  lumenyard limit set arnold 6 --note \"two more until Friday\""
            })
    static final class Set extends ClientCommand {
        @Parameters(
                index = "0",
                paramLabel = "NAME",
                description = "What a template writes after amount.limit.")
        String name = "";

        @Parameters(index = "1", paramLabel = "COUNT", description = "How many seats there are.")
        long count;

        @Option(
                names = "--note",
                paramLabel = "TEXT",
                description = "For people; without it the note stays as it is.")
        @Nullable String note;

        Set(Surroundings around) {
            super(around);
        }

        @Override
        int run(FarmClient farm) {
            var body = new LinkedHashMap<String, Object>();
            body.put("count", count);
            if (note != null) body.put("note", note);
            JsonNode answer = farm.put(address(name), body);
            if (options.json) print(answer);
            else tell(Json.read(answer, Contract.Limit.class));
            return DONE;
        }

        private void tell(Contract.Limit limit) {
            String over =
                    limit.taken() > limit.count()
                            ? " Nothing more is placed until enough are given back."
                            : "";
            out().println(
                            "%s has %d seats, %d of them taken.%s"
                                    .formatted(
                                            Screen.clean(limit.name()),
                                            limit.count(),
                                            limit.taken(),
                                            over));
        }
    }

    /** Deletes one. */
    @Command(
            name = "delete",
            description = {
                "Delete a limit. Refused while runs hold its seats.",
                "Work that names it waits until it is made again."
            },
            footerHeading = "%nExamples:%n",
            footer = "  lumenyard limit delete arnold")
    static final class Delete extends ClientCommand {
        @Parameters(paramLabel = "NAME", description = "As limits shows it.")
        String name = "";

        Delete(Surroundings around) {
            super(around);
        }

        @Override
        int run(FarmClient farm) {
            farm.delete(address(name));
            if (!options.json) out().println("Limit " + Screen.clean(name) + " is deleted.");
            return DONE;
        }
    }

    /** Case does not count in templates, so it does not here. */
    private static String address(String name) {
        return Address.of("limits", name.toLowerCase(Locale.ROOT)).text();
    }
}
