package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Trusts quarantined nodes again. */
@Command(
        name = "try-again",
        sortOptions = false,
        description = {
            "Give a quarantined node work again.",
            "The farm sets a node aside that fails what others do. Mend it first."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  lumenyard try-again render07", "  lumenyard nodes                    and why"})
final class TryAgainCommand extends ClientCommand {
    @Parameters(arity = "1..*", paramLabel = "NODE", description = "Nodes, by their names.")
    List<String> nodes = List.of();

    TryAgainCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        var after = new ArrayList<JsonNode>();
        for (String named : nodes) {
            String id = ExplainCommand.nodeId(farm, named);
            JsonNode node = farm.post(Address.of("nodes", id).verb("try-again").text(), null, null);
            after.add(node);
            if (!options.json) {
                String name = Json.read(node, Contract.Node.class).name();
                out().println(Screen.clean(name) + " is given work again.");
            }
        }
        if (options.json) print(Json.MAPPER.valueToTree(Map.of("items", after)));
        return DONE;
    }
}
