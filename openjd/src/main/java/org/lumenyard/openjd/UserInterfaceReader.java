package org.lumenyard.openjd;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.lumenyard.openjd.UserInterface.Control;
import org.lumenyard.openjd.UserInterface.FileFilter;

/** Reads {@code userInterface} of a job parameter. */
final class UserInterfaceReader {
    private static final Set<Set<String>> CHECK_BOX_PAIRS =
            Set.of(
                    Set.of("true", "false"),
                    Set.of("yes", "no"),
                    Set.of("on", "off"),
                    Set.of("1", "0"));
    private static final TextRule PATTERN =
            TextRule.length(1, 20, TextRule.Controls.NONE)
                    .matching(
                            "\\*|\\*\\.\\*|\\*\\.[^\\\\/*?\\[\\]#%&{}<>$!'\":@`|=]+",
                            "be `*`, `*.*` or `*.` and a plain extension");
    private static final int MAX_FILTERS = 20;

    private final ValueType type;
    private final String name;
    private final List<String> allowedValues;
    private final Control defaultControl;
    private final Set<Control> controls;

    /** For a parameter of this type; {@code natural} is its control when any value may be given. */
    UserInterfaceReader(
            ValueType type,
            String name,
            List<String> allowedValues,
            Control natural,
            Set<Control> controls) {
        this.type = type;
        this.name = name;
        this.allowedValues = allowedValues;
        this.defaultControl = allowedValues.isEmpty() ? natural : Control.DROPDOWN_LIST;
        this.controls = EnumSet.copyOf(controls);
    }

    UserInterface read(@Nullable Place place) {
        Fields fields = place == null ? null : place.fields();
        if (fields == null)
            return new UserInterface(defaultControl, name, null, null, null, List.of(), null);
        Control control = control(fields.optional("control"));
        String label = text(fields.optional("label"));
        String groupLabel = text(fields.optional("groupLabel"));
        Integer decimals = type == ValueType.FLOAT ? decimals(fields.optional("decimals")) : null;
        String delta = isNumber() ? delta(fields.optional("singleStepDelta")) : null;
        List<FileFilter> filters =
                type == ValueType.PATH
                        ? filters(fields.optional("fileFilters"), control)
                        : List.of();
        FileFilter first =
                type == ValueType.PATH
                        ? filter(fields.optional("fileFilterDefault"), control)
                        : null;
        fields.end();
        return new UserInterface(
                control, label == null ? name : label, groupLabel, decimals, delta, filters, first);
    }

    private boolean isNumber() {
        return type == ValueType.INT || type == ValueType.FLOAT;
    }

    private Control control(@Nullable Place place) {
        Control control = place == null ? null : place.oneOf(Control.class, controls::contains);
        if (place == null || control == null) return defaultControl;
        switch (control) {
            case DROPDOWN_LIST -> {
                if (allowedValues.isEmpty()) place.problem("DROPDOWN_LIST needs `allowedValues`");
            }
            case CHECK_BOX -> {
                if (!isCheckBoxPair())
                    place.problem(
                            "CHECK_BOX needs two `allowedValues`:"
                                    + " true and false, yes and no, on and off, or 1 and 0");
            }
            case HIDDEN -> {}
            default -> {
                if (!allowedValues.isEmpty())
                    place.problem(control + " cannot be used with `allowedValues`");
            }
        }
        return control;
    }

    private boolean isCheckBoxPair() {
        var words = new TreeSet<String>();
        allowedValues.forEach(value -> words.add(value.toLowerCase(Locale.ROOT)));
        return allowedValues.size() == 2 && CHECK_BOX_PAIRS.contains(words);
    }

    private static @Nullable String text(@Nullable Place place) {
        return place == null ? null : place.text(TextRule.LABEL);
    }

    private static @Nullable Integer decimals(@Nullable Place place) {
        Long decimals = place == null ? null : place.integer(false, 0, 1000);
        return decimals == null ? null : decimals.intValue();
    }

    private @Nullable String delta(@Nullable Place place) {
        if (place == null) return null;
        if (type == ValueType.INT) {
            Long delta = place.integer(false, 1, Long.MAX_VALUE);
            return delta == null ? null : delta.toString();
        }
        String delta = place.decimal(false);
        if (delta == null || Objects.requireNonNull(Numbers.decimal(delta)).signum() > 0)
            return delta;
        place.problem("This must be more than 0");
        return null;
    }

    private static List<FileFilter> filters(@Nullable Place place, Control control) {
        if (place == null) return List.of();
        return place.items(1, MAX_FILTERS).stream()
                .map(item -> filter(item, control))
                .filter(Objects::nonNull)
                .toList();
    }

    private static @Nullable FileFilter filter(@Nullable Place place, Control control) {
        if (place == null) return null;
        if (control != Control.CHOOSE_INPUT_FILE && control != Control.CHOOSE_OUTPUT_FILE) {
            place.problem("File filters need the control CHOOSE_INPUT_FILE or CHOOSE_OUTPUT_FILE");
        }
        Fields fields = place.fields();
        if (fields == null) return null;
        Place labelAt = fields.required("label");
        Place patternsAt = fields.required("patterns");
        fields.end();
        String label = text(labelAt);
        if (label == null || patternsAt == null) return null;
        List<String> patterns =
                patternsAt.items(1, MAX_FILTERS).stream()
                        .map(item -> item.text(PATTERN))
                        .filter(Objects::nonNull)
                        .toList();
        return new FileFilter(label, patterns);
    }
}
