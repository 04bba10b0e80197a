package org.lumenyard.server.link;

/** An agent's connection, as the link sees it. */
public interface Socket {
    /** Sends a message; blocks until it is taken. False when the connection is gone. */
    boolean send(String text);

    /** Ends the connection. */
    void close(int code, String reason);

    /** For people: where it comes from. */
    String peer();
}
