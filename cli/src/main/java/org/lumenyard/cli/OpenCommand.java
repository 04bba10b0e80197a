package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Opens the page. */
@Command(
        name = "open",
        sortOptions = false,
        description = {
            "Print a fresh login link for the page; open it on a desktop.",
            "The link logs one browser in, once, within ten minutes."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  lumenyard open", "  lumenyard open --print"})
final class OpenCommand extends ClientCommand {
    @Option(names = "--print", description = "Only print the link.")
    boolean only;

    OpenCommand(Surroundings around) {
        super(around);
    }

    @Override
    int run(FarmClient farm) {
        JsonNode link = farm.post("/login-links", null, null);
        if (options.json) {
            print(link);
            return DONE;
        }
        String url = link.path("url").asText();
        out().println(url);
        out().flush();
        boolean desktop =
                !around.variable("DISPLAY").isEmpty()
                        || !around.variable("WAYLAND_DISPLAY").isEmpty();
        if (!only && desktop) browse(url);
        return DONE;
    }

    private void browse(String url) {
        try {
            new ProcessBuilder("xdg-open", url)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            err().println(
                            "No browser could be opened from here (xdg-open is not there): open the link yourself.");
        }
    }
}
