package org.lumenyard.agent;

/**
 * Who this agent is, as its state folder remembers it.
 *
 * @param farm the farm that the folder belongs to; empty before the first join
 * @param node the node's number in that farm; 0 before the first join
 * @param incarnation the latest life; 0 before the first join
 * @param highestTerm the highest term of that farm's servers that was obeyed
 */
public record Identity(String farm, long node, long incarnation, long highestTerm) {
    /** An agent that never joined a farm. */
    public static final Identity NEW = new Identity("", 0, 0, 0);

    /** Whether processes of earlier lives can be told by their marks. */
    public boolean isKnown() {
        return node != 0;
    }
}
