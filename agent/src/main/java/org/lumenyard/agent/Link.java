package org.lumenyard.agent;

/** The connection to the server, of which there is one at a time. */
final class Link {
    enum State {
        AWAY,
        CONNECTING,
        /** Our hello is out. */
        GREETING,
        JOINED
    }

    State state = State.AWAY;

    /** Tells what belongs to this connection from what an earlier one left behind. */
    long number;

    int attempts;
    long helloSentAt;
    long lastHeardAt;
    long nextBeatAt;
    long beatMillis;

    boolean isJoined() {
        return state == State.JOINED;
    }

    boolean isOpen() {
        return state == State.GREETING || state == State.JOINED;
    }

    /** The next connection's number. */
    long next() {
        state = State.CONNECTING;
        return ++number;
    }
}
