package org.lumenyard.agent.shell;

import java.io.IOException;

/** Another agent runs on the state folder; the message is a whole sentence for people. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1;

    FolderInUseException(String sentence) {
        super(sentence);
    }
}
