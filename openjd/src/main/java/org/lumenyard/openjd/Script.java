package org.lumenyard.openjd;

import java.util.List;
import java.util.stream.Stream;

/** What a task of a step does, with its format strings as the template has them. */
public sealed interface Script permits CommandScript, EngineScript {
    /** The files that are written before it. */
    List<EmbeddedFile> embeddedFiles();

    /** All format strings in it. */
    Stream<FormatString> formatStrings();
}
