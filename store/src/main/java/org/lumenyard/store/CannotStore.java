package org.lumenyard.store;

/** A statement was refused for what it says. Nothing of the batch was stored; the reign goes on. */
public final class CannotStore extends StoreFailure {
    private static final long serialVersionUID = 1;

    CannotStore(String message, Throwable cause) {
        super(message, cause);
    }
}
