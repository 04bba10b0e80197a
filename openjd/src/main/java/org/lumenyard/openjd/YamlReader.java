package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML 1.2 with its core schema from the parser's events: no tag makes an object, {@code yes}
 * is a text, and an alias repeats what its anchor holds but counts in full against the limits.
 */
final class YamlReader {
    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern BOOL = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INT = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern FLOAT =
            Pattern.compile(
                    "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
                            + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    private static final String CORE_TAG = "tag:yaml.org,2002:";

    /** What an anchor names, and how many values that is. */
    private record Anchored(Content content, int values) {}

    private final ParserImpl events;
    private final Map<String, Anchored> anchors = new HashMap<>();
    private int values;

    private YamlReader(String document) {
        var options = new LoaderOptions();
        options.setCodePointLimit(DocumentReader.MAX_CHARACTERS);
        options.setProcessComments(false);
        events = new ParserImpl(new StreamReader(document), options);
    }

    static Content read(String document) {
        try {
            return new YamlReader(document).document();
        } catch (MarkedYAMLException notYaml) {
            var mark = notYaml.getProblemMark();
            String problem =
                    notYaml.getProblem() == null ? "it cannot be read" : notYaml.getProblem();
            throw DocumentReader.refused(
                    "This is not YAML: " + problem, mark == null ? 0 : mark.getLine() + 1);
        } catch (YAMLException notYaml) {
            String problem = String.valueOf(notYaml.getMessage()).lines().findFirst().orElse("");
            throw DocumentReader.refused("This is not YAML: " + problem, 0);
        }
    }

    private Content document() {
        events.getEvent(); // the stream begins
        if (events.checkEvent(Event.ID.StreamEnd))
            throw DocumentReader.refused("The template is empty", 0);
        events.getEvent(); // the document begins
        Content content = value(1);
        events.getEvent(); // the document ends
        if (!events.checkEvent(Event.ID.StreamEnd)) {
            throw DocumentReader.refused(
                    "There is a second document after the first", line(events.peekEvent()));
        }
        return content;
    }

    private Content value(int depth) {
        Event event = events.getEvent();
        if (depth > DocumentReader.MAX_DEPTH) throw DocumentReader.tooDeep(line(event));
        count(1, event);
        if (event instanceof AliasEvent alias) return repeated(alias, depth);
        int before = values;
        Content content =
                switch (event) {
                    case MappingStartEvent mapping -> mapping(mapping, depth);
                    case SequenceStartEvent sequence -> sequence(sequence, depth);
                    case ScalarEvent scalar -> scalar(scalar);
                    default ->
                            throw DocumentReader.refused(
                                    "Unexpected " + event.getEventId(), line(event));
                };
        String anchor = ((NodeEvent) event).getAnchor();
        if (anchor != null) anchors.put(anchor, new Anchored(content, values - before + 1));
        return content;
    }

    private Content repeated(AliasEvent alias, int depth) {
        Anchored anchored = anchors.get(alias.getAnchor());
        if (anchored == null)
            throw DocumentReader.refused(
                    "There is no anchor `" + Numbers.shortened(alias.getAnchor()) + "` before here",
                    line(alias));
        count(anchored.values(), alias);
        if (depth + anchored.content().height() - 1 > DocumentReader.MAX_DEPTH)
            throw DocumentReader.tooDeep(line(alias));
        return anchored.content();
    }

    private void count(int more, Event event) {
        values += more;
        if (values > DocumentReader.MAX_VALUES) throw DocumentReader.tooMany(line(event));
    }

    private Content mapping(MappingStartEvent start, int depth) {
        requireTag(start.getTag(), "map", start);
        var entries = new LinkedHashMap<String, Content>();
        while (!events.checkEvent(Event.ID.MappingEnd)) {
            Event at = events.peekEvent();
            if (!(value(depth + 1) instanceof Content.Scalar key))
                throw DocumentReader.refused("A key must be a text", line(at));
            if (entries.put(key.text(), value(depth + 1)) != null)
                throw DocumentReader.twice(key.text(), line(at));
        }
        events.getEvent();
        return new Content.Mapping(entries, line(start));
    }

    private Content sequence(SequenceStartEvent start, int depth) {
        requireTag(start.getTag(), "seq", start);
        var items = new ArrayList<Content>();
        while (!events.checkEvent(Event.ID.SequenceEnd)) items.add(value(depth + 1));
        events.getEvent();
        return new Content.Sequence(items, line(start));
    }

    private static Content scalar(ScalarEvent event) {
        String text = DocumentReader.unicode(event.getValue(), line(event));
        boolean plain = event.getScalarStyle() == ScalarStyle.PLAIN && event.getTag() == null;
        if (event.getTag() != null && !event.getTag().equals("!"))
            requireTag(event.getTag(), "str", event);
        return new Content.Scalar(
                plain ? kind(text) : Content.ScalarKind.STRING, text, line(event));
    }

    private static Content.ScalarKind kind(String text) {
        if (NULL.matcher(text).matches()) return Content.ScalarKind.NULL;
        if (BOOL.matcher(text).matches()) return Content.ScalarKind.BOOL;
        if (INT.matcher(text).matches()) return Content.ScalarKind.INT;
        if (FLOAT.matcher(text).matches()) return Content.ScalarKind.FLOAT;
        return Content.ScalarKind.STRING;
    }

    private static void requireTag(@Nullable String tag, String core, Event event) {
        if (tag == null || tag.equals("!") || tag.equals(CORE_TAG + core)) return;
        throw DocumentReader.refused(
                "The tag `" + Numbers.shortened(tag) + "` is not known", line(event));
    }

    private static int line(Event event) {
        var mark = event.getStartMark();
        return mark == null ? 0 : mark.getLine() + 1;
    }
}
