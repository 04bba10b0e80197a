package org.lumenyard.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all commands have in common: which farm they speak with, and in which form they answer. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the job failed or was cancelled, or there is nothing yet",
            "2:not understood",
            "3:no server reached",
            "4:the server refused"
        })
final class ClientOptions {
    @Option(
            names = "--json",
            order = 100,
            description = "Answer with one JSON document, for scripts.")
    boolean json;

    @Option(
            names = "--server",
            order = 101,
            paramLabel = "URL",
            description = "Another server than the one on this machine (or: LUMENYARD_SERVER).")
    @Nullable String server;

    @Option(
            names = "--token-file",
            order = 102,
            paramLabel = "FILE",
            description = "A file with the token for it (or the token itself in LUMENYARD_TOKEN).")
    @Nullable Path tokenFile;

    @Option(
            names = {"-h", "--help"},
            order = 103,
            usageHelp = true,
            description = "Show this.")
    boolean help;

    /**
     * A client of the server that is meant.
     *
     * @throws MisuseException when it cannot be known
     */
    FarmClient client(Surroundings around) {
        String url = server != null ? server : around.variable("LUMENYARD_SERVER");
        String token = token(around);
        Path state = ServerState.file(around.stateFolder().get());
        if (url.isEmpty() && token.isEmpty()) return FarmClient.of(state);
        if (url.isEmpty())
            return new FarmClient(() -> new Door(FarmClient.door(state).url(), token));
        URI there = checked(url);
        return token.isEmpty()
                ? ofThisMachine(there, state)
                : new FarmClient(there.toString(), token);
    }

    private String token(Surroundings around) {
        if (tokenFile == null) return around.variable("LUMENYARD_TOKEN").strip();
        try {
            String token = Files.readString(around.folder().resolve(tokenFile)).strip();
            if (!token.matches("[\\x21-\\x7e]+"))
                throw new MisuseException("The file " + tokenFile + " holds no token.");
            return token;
        } catch (IOException e) {
            throw new MisuseException("The token file " + tokenFile + " cannot be read.");
        }
    }

    private static URI checked(String url) {
        String trimmed = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        if (!trimmed.matches("https?://[^/\\s?#@]+")) {
            throw new MisuseException(
                    "\""
                            + url
                            + "\" is no server's address; they look like http://farm.example:7227");
        }
        return URI.create(trimmed);
    }

    /** This machine's token opens this machine's server, and is shown to no other. */
    private static FarmClient ofThisMachine(URI url, Path state) {
        try {
            Door door = FarmClient.door(state);
            if (door.url().equals(url)) return FarmClient.of(state);
        } catch (UnreachableException e) {
            // Nothing is known of this machine: then it is another server for certain.
        }
        throw new MisuseException(
                "A token is needed for "
                        + url
                        + ": give --token-file FILE, or set LUMENYARD_TOKEN.");
    }
}
