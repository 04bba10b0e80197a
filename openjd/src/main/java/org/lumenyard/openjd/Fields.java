package org.lumenyard.openjd;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of a group, taken one by one; what nobody asked for is an error at the end. */
final class Fields {
    private final Place place;
    private final Content.Mapping mapping;
    private final Set<String> asked = new LinkedHashSet<>();

    Fields(Place place, Content.Mapping mapping) {
        this.place = place;
        this.mapping = mapping;
    }

    Place place() {
        return place;
    }

    /** The value of a key that may be missing. */
    @Nullable Place optional(String key) {
        asked.add(key);
        Content content = mapping.entries().get(key);
        return content == null ? null : at(key, content);
    }

    /** The value of a key that must be there. */
    @Nullable Place required(String key) {
        Place value = optional(key);
        if (value == null) place.problem("The key `" + key + "` is missing");
        return value;
    }

    /** A key that the standard has and this library does not read yet. */
    void notYet(String key, String what) {
        Place value = optional(key);
        if (value != null) value.problem(what + " not supported yet");
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    /** Notes every key that was not asked for. */
    void end() {
        for (var entry : mapping.entries().entrySet()) {
            String key = entry.getKey();
            if (asked.contains(key) || place.problems().isFull()) continue;
            String shown = Numbers.shortened(key);
            at(shown, entry.getValue())
                    .problem(
                            "The key `"
                                    + shown
                                    + "` is not known here"
                                    + Suggestion.of(key, asked));
        }
    }

    private Place at(String key, Content content) {
        String path = place.path().isEmpty() ? key : place.path() + "." + key;
        return new Place(path, content, place.problems());
    }
}
