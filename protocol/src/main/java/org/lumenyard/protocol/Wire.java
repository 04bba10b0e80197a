package org.lumenyard.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Messages as text. Unknown fields are passed over, so that a newer peer may add some. */
public final class Wire {
    /** The version spoken here; a server also accepts the one before. */
    public static final int VERSION = 1;

    /** The longest message, in bytes. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private Wire() {}

    public static String write(AgentMessage message) {
        return text(message);
    }

    public static String write(ServerMessage message) {
        return text(message);
    }

    /**
     * @throws IllegalArgumentException when the text is no message
     */
    public static AgentMessage readAgentMessage(String text) {
        return read(text, AgentMessage.class);
    }

    /**
     * @throws IllegalArgumentException when the text is no message
     */
    public static ServerMessage readServerMessage(String text) {
        return read(text, ServerMessage.class);
    }

    private static String text(Object message) {
        try {
            return JSON.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message that cannot be written: " + message, e);
        }
    }

    private static <T> T read(String text, Class<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a message: " + e.getOriginalMessage(), e);
        }
    }
}
