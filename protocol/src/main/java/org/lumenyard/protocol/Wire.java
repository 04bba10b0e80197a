package org.lumenyard.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * Messages as text. A frame of the WebSocket holds one message, or an array of several that were
 * waiting to be sent together: it is frames that are dear, not messages. Unknown fields are passed
 * over, so that a newer peer may add some.
 */
public final class Wire {
    /** The version spoken here; a server also accepts the one before. */
    public static final int VERSION = 1;

    /** The longest frame, in bytes. */
    public static final int MAX_BYTES = 64 * 1024;

    /** Only short messages share a frame, in characters: a long one has it for itself. */
    private static final int SHARED = MAX_BYTES / 8;

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                    .build();
    private static final ObjectReader AGENTS = JSON.readerForListOf(AgentMessage.class);
    private static final ObjectReader SERVERS = JSON.readerForListOf(ServerMessage.class);

    /** Gathers written messages into a frame. */
    public static final class Frame {
        private final StringBuilder text = new StringBuilder();
        private int messages;

        /** Adds a message; false when it belongs in the next frame. */
        public boolean add(String message) {
            if (messages > 0 && text.length() + message.length() > SHARED) return false;
            text.append(messages++ == 0 ? "" : ",").append(message);
            return true;
        }

        public boolean isEmpty() {
            return messages == 0;
        }

        /** What goes over the wire. */
        public String text() {
            return messages == 1 ? text.toString() : "[" + text + "]";
        }
    }

    private Wire() {}

    public static String write(AgentMessage message) {
        return text(message);
    }

    public static String write(ServerMessage message) {
        return text(message);
    }

    /**
     * Reads a frame of an agent.
     *
     * @throws IllegalArgumentException when anything in it is no message
     */
    public static List<AgentMessage> readAgentMessages(String frame) {
        return read(frame, AGENTS);
    }

    /**
     * Reads a frame of a server.
     *
     * @throws IllegalArgumentException when anything in it is no message
     */
    public static List<ServerMessage> readServerMessages(String frame) {
        return read(frame, SERVERS);
    }

    private static String text(Object message) {
        try {
            return JSON.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message that cannot be written: " + message, e);
        }
    }

    private static <T> List<T> read(String frame, ObjectReader reader) {
        List<T> messages;
        try {
            messages = reader.readValue(frame);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a message: " + e.getOriginalMessage(), e);
        }
        if (messages == null || messages.contains(null)) {
            throw new IllegalArgumentException("not a message: null");
        }
        return messages;
    }
}
