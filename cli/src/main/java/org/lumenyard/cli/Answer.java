package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the server said.
 *
 * @param body JSON; missing when there was none
 * @param revision of the farm's state, to follow {@link FarmClient#events} from; -1 where none was
 *     told
 */
public record Answer(JsonNode body, long revision) {
    /** The body as one of the contract's records. */
    <T> T as(Class<T> type) {
        return Json.read(body, type);
    }
}
