package org.lumenyard.server.link;

import org.lumenyard.core.Run;
import org.lumenyard.protocol.ServerMessage;

/** An agent's connection, as the {@link Reception} sees it: nothing here waits for the agent. */
public interface Line {
    /** Tells it after all that was told before. */
    void tell(ServerMessage message);

    /** Tells it what it has to know to do the run, if the run's job is still there. */
    void order(Run run);

    /** Tells that all reports up to this one are stored. */
    void acknowledge(long sequence);

    /** Ends the connection; what waits to be sent is not missed. */
    void close(int code, String reason);

    /** Ends the connection after what waits to be sent. */
    void closeAfterSending(int code, String reason);

    /** For people: where the connection comes from. */
    String peer();
}
