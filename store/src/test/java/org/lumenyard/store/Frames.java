package org.lumenyard.store;

import org.lumenyard.core.TaskSpace;

/** A task a frame, from frame 1. */
record Frames(long size) implements TaskSpace {
    static Frames read(String frozen) {
        return new Frames(Long.parseLong(frozen));
    }

    @Override
    public String label(long index) {
        return "frame " + (index + 1);
    }

    @Override
    public String frozen() {
        return Long.toString(size);
    }
}
