package org.lumenyard.openjd;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a form asks for a job parameter.
 *
 * @param control what to edit it with; the standard's default where the template says nothing
 * @param label what to call it; its name where the template says nothing
 * @param groupLabel parameters with the same one stand together
 * @param decimals of a FLOAT: digits after the point to edit
 * @param singleStepDelta of a number: what one press of an arrow changes, as decimal text
 * @param fileFilters of a file: what its dialog offers
 * @param fileFilterDefault of a file: what its dialog begins with
 */
public record UserInterface(
        Control control,
        String label,
        @Nullable String groupLabel,
        @Nullable Integer decimals,
        @Nullable String singleStepDelta,
        List<FileFilter> fileFilters,
        @Nullable FileFilter fileFilterDefault) {

    /** What a parameter is edited with. */
    public enum Control {
        LINE_EDIT,
        MULTILINE_EDIT,
        DROPDOWN_LIST,
        CHECK_BOX,
        CHOOSE_INPUT_FILE,
        CHOOSE_OUTPUT_FILE,
        CHOOSE_DIRECTORY,
        SPIN_BOX,
        HIDDEN
    }

    /**
     * A kind of file, for example "Blender scenes" with {@code *.blend}.
     *
     * @param patterns {@code *}, {@code *.*} or {@code *.extension}; at least one
     */
    public record FileFilter(String label, List<String> patterns) {
        /** Keeps its own copy. */
        public FileFilter {
            patterns = List.copyOf(patterns);
        }
    }

    /** Keeps its own copy. */
    public UserInterface {
        fileFilters = List.copyOf(fileFilters);
    }
}
