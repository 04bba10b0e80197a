package org.lumenyard.openjd;

import org.jspecify.annotations.Nullable;

/**
 * What relative paths of parameters are relative to: a default to the template's folder, which it
 * may not leave, a given value to the folder that the submitter is in. Without folders, paths stay
 * as they are.
 */
public record Folders(@Nullable String template, @Nullable String submitter) {
    /** Paths stay as they are. */
    public static final Folders UNKNOWN = new Folders(null, null);

    String given(String path) {
        return submitter == null || path.isEmpty() || isAbsolute(path)
                ? path
                : joined(submitter, path);
    }

    String preset(String path) {
        return template == null || path.isEmpty() ? path : joined(template, path);
    }

    /** Why a default may not be used, or null. */
    @Nullable String objection(String preset) {
        if (template == null) return null;
        if (isAbsolute(preset))
            return "The default `"
                    + Numbers.shortened(preset)
                    + "` is an absolute path; give a value";
        return leaves(preset)
                ? "The default `"
                        + Numbers.shortened(preset)
                        + "` leads out of the template's folder; give a value"
                : null;
    }

    private static boolean isAbsolute(String path) {
        boolean drive =
                path.length() > 2
                        && Character.isLetter(path.charAt(0))
                        && path.charAt(1) == ':'
                        && isSeparator(path.charAt(2));
        return drive || path.startsWith("/") || path.startsWith("\\\\");
    }

    private static boolean leaves(String path) {
        int depth = 0;
        for (String name : path.split("[/\\\\]")) {
            if (name.equals("..")) depth--;
            else if (!name.isEmpty() && !name.equals(".")) depth++;
            if (depth < 0) return true;
        }
        return false;
    }

    private static String joined(String folder, String path) {
        boolean closed = !folder.isEmpty() && isSeparator(folder.charAt(folder.length() - 1));
        return closed ? folder + path : folder + "/" + path;
    }

    private static boolean isSeparator(char c) {
        return c == '/' || c == '\\';
    }
}
