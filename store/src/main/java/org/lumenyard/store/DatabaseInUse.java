package org.lumenyard.store;

import java.io.IOException;

/** Another server has the PostgreSQL database. */
public final class DatabaseInUse extends IOException {
    private static final long serialVersionUID = 1;

    private final String holder;

    DatabaseInUse(Place.Postgres place, String holder) {
        super("The database %s is in use by %s.".formatted(place, holder));
        this.holder = holder;
    }

    /** The server that holds it, with its machine and process. */
    public String holder() {
        return holder;
    }
}
