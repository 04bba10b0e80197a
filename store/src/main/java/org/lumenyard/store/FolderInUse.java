package org.lumenyard.store;

import java.io.IOException;
import java.nio.file.Path;

/** Another server, or this one twice, wants the same data folder. */
public final class FolderInUse extends IOException {
    private static final long serialVersionUID = 1;

    private final long holder;

    FolderInUse(Path folder, long holder) {
        super(
                "The data folder %s is in use by %s."
                        .formatted(folder, holder > 0 ? "process " + holder : "another process"));
        this.holder = holder;
    }

    /** The process that holds the folder; 0 when it did not say. */
    public long holder() {
        return holder;
    }
}
