package org.lumenyard.openjd;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that somebody who mistyped probably meant. */
final class Suggestion {
    /** Longer names are not compared: the work grows with the square of their length. */
    private static final int MAX_LENGTH = 80;

    /** Among more names than this nothing is looked for, so that no text can keep us busy. */
    private static final int MAX_NAMES = 300;

    private Suggestion() {}

    /** {@code "; did you mean `Frames`?"}, or nothing where no name is near. */
    static String of(String typed, Collection<String> names) {
        if (names.size() > MAX_NAMES) return "";
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (String name : names) {
            int distance = distance(typed, name);
            if (distance < bestDistance) {
                best = name;
                bestDistance = distance;
            }
        }
        int near = Math.max(1, Math.min(typed.length(), best.length()) / 3);
        return bestDistance <= near ? "; did you mean `" + best + "`?" : "";
    }

    /** How many letters to insert, remove, change or swap with the next; case does not count. */
    private static int distance(String typed, String name) {
        if (typed.length() > MAX_LENGTH || name.length() > MAX_LENGTH) return Integer.MAX_VALUE;
        String a = typed.toLowerCase(Locale.ROOT);
        String b = name.toLowerCase(Locale.ROOT);
        int[] twoAbove = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) above[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above[j], row[j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], twoAbove[j - 2] + 1);
                }
            }
            twoAbove = above;
            above = row;
        }
        return above[b.length()];
    }
}
