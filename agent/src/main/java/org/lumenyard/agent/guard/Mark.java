package org.lumenyard.agent.guard;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose a process is. Every process of a run carries it in its environment, so that a later
 * incarnation of the same node can find what an earlier one left behind, and nothing else.
 *
 * <p>Text form {@code farm.node.incarnation.work}; only the node's name may itself hold dots.
 *
 * @param farm the farm's identity: letters, digits, {@code -} and {@code _}
 * @param node the node's name within the farm: as above, and dots
 * @param incarnation the agent's life in which the process was started; they rise
 * @param work the run or instance: letters, digits, {@code -} and {@code _}
 */
public record Mark(String farm, String node, long incarnation, String work) {
    /** The environment variable that carries the mark. */
    public static final String VARIABLE = "LUMENYARD_RUN";

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{1,100}");
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,250}");
    private static final Pattern TEXT =
            Pattern.compile("([^.]+)\\.(.+)\\.([0-9]{1,18})\\.([^.]+)", Pattern.DOTALL);

    /**
     * @throws IllegalArgumentException if a part is empty, too long or holds other characters
     */
    public Mark {
        require(WORD, farm, "farm");
        require(NODE, node, "node");
        require(WORD, work, "work");
        if (incarnation < 0)
            throw new IllegalArgumentException("incarnation " + incarnation + " is negative");
    }

    /**
     * The mark whose text form this is; empty for anything else, since any process may set the
     * variable.
     */
    public static Optional<Mark> parse(String text) {
        var matcher = TEXT.matcher(text);
        if (!matcher.matches()
                || !WORD.matcher(matcher.group(1)).matches()
                || !NODE.matcher(matcher.group(2)).matches()
                || !WORD.matcher(matcher.group(4)).matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new Mark(
                        matcher.group(1),
                        matcher.group(2),
                        Long.parseLong(matcher.group(3)),
                        matcher.group(4)));
    }

    /** The text form. */
    @Override
    public String toString() {
        return farm + "." + node + "." + incarnation + "." + work;
    }

    private static void require(Pattern pattern, String part, String name) {
        if (!pattern.matcher(part).matches()) {
            throw new IllegalArgumentException(
                    "\"" + part + "\" cannot be the " + name + " of a mark");
        }
    }
}
