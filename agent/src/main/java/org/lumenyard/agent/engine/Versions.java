package org.lumenyard.agent.engine;

import java.util.Comparator;

/** Version numbers: {@code 3.4.1}. */
final class Versions {
    /** By their numbers, part by part; a missing part counts as 0. */
    static final Comparator<String> RISING = Versions::compare;

    private Versions() {}

    /** Whether a version is the given one or a part of its series; an empty one fits all. */
    static boolean startsWith(String version, String series) {
        return series.isEmpty() || version.equals(series) || version.startsWith(series + ".");
    }

    private static int compare(String one, String other) {
        String[] left = one.split("\\D+");
        String[] right = other.split("\\D+");
        for (int i = 0; i < Math.max(left.length, right.length); i++) {
            int difference = Integer.compare(part(left, i), part(right, i));
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int part(String[] parts, int index) {
        String part = index < parts.length ? parts[index] : "";
        return part.isEmpty() || part.length() > 9 ? 0 : Integer.parseInt(part);
    }
}
