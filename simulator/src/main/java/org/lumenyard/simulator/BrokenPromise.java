package org.lumenyard.simulator;

/** A promise that a history broke, with its story. */
public final class BrokenPromise extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenPromise(String promise, Tale tale) {
        super(promise + "\n" + tale);
    }
}
