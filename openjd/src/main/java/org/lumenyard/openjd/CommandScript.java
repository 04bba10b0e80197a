package org.lumenyard.openjd;

import java.util.List;
import java.util.stream.Stream;

/** A task that runs a command: the standard's own kind of script. */
public record CommandScript(Action onRun, List<EmbeddedFile> embeddedFiles) implements Script {
    /** Keeps its own copy. */
    public CommandScript {
        embeddedFiles = List.copyOf(embeddedFiles);
    }

    @Override
    public Stream<FormatString> formatStrings() {
        Stream<FormatString> action =
                Stream.concat(Stream.of(onRun.command()), onRun.args().stream());
        return Stream.concat(action, embeddedFiles.stream().map(EmbeddedFile::data));
    }
}
