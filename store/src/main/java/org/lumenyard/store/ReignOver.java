package org.lumenyard.store;

/** Another server has taken over, or this one's reign ended with a failure: nothing was stored. */
public final class ReignOver extends StoreFailure {
    private static final long serialVersionUID = 1;

    ReignOver(String message) {
        super(message);
    }
}
