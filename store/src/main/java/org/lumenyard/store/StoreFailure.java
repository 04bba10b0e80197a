package org.lumenyard.store;

/** Why something was not stored. Nothing of the transaction is, except as the kind says. */
public abstract sealed class StoreFailure extends RuntimeException
        permits ReignOver, StorageUnavailable, CannotStore {
    private static final long serialVersionUID = 1;

    StoreFailure(String message, Throwable cause) {
        super(message, cause);
    }

    StoreFailure(String message) {
        super(message);
    }
}
