package org.lumenyard.openjd;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lumenyard.openjd.JobParameter.DataFlow;
import org.lumenyard.openjd.JobParameter.Length;
import org.lumenyard.openjd.JobParameter.ObjectType;
import org.lumenyard.openjd.UserInterface.Control;

/** Reads one item of {@code parameterDefinitions}. */
final class JobParameterReader {
    private static final int MAX_LENGTH = 1024;
    private static final Set<Control> TEXT_CONTROLS =
            EnumSet.of(
                    Control.LINE_EDIT,
                    Control.MULTILINE_EDIT,
                    Control.DROPDOWN_LIST,
                    Control.CHECK_BOX,
                    Control.HIDDEN);
    private static final Set<Control> PATH_CONTROLS =
            EnumSet.of(
                    Control.CHOOSE_INPUT_FILE,
                    Control.CHOOSE_OUTPUT_FILE,
                    Control.CHOOSE_DIRECTORY,
                    Control.DROPDOWN_LIST,
                    Control.HIDDEN);
    private static final Set<Control> NUMBER_CONTROLS =
            EnumSet.of(Control.SPIN_BOX, Control.DROPDOWN_LIST, Control.HIDDEN);

    private final Fields fields;
    private final ValueType type;
    private final String name;

    private JobParameterReader(Fields fields, ValueType type, String name) {
        this.fields = fields;
        this.type = type;
        this.name = name;
    }

    /** The parameter, or null where its name or type is wrong. */
    static @Nullable JobParameter read(Place place) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place nameAt = fields.required("name");
        Place typeAt = fields.required("type");
        String name = nameAt == null ? null : nameAt.text(TextRule.IDENTIFIER);
        ValueType type = typeAt == null ? null : type(typeAt);
        if (name == null || type == null) return null;
        JobParameter parameter = new JobParameterReader(fields, type, name).parameter();
        fields.end();
        return parameter;
    }

    private static @Nullable ValueType type(Place place) {
        String word = place.string();
        if (word == null) return null;
        ValueType type = ValueType.of(word).orElse(null);
        if (type != null && type != ValueType.CHUNK_INT) return type;
        List<String> words = List.of("STRING", "PATH", "INT", "FLOAT");
        place.problem(
                "`"
                        + Numbers.shortened(word)
                        + "` is not one of "
                        + String.join(", ", words)
                        + Suggestion.of(word, words));
        return null;
    }

    private JobParameter parameter() {
        Place descriptionAt = fields.optional("description");
        String description =
                descriptionAt == null ? null : descriptionAt.text(TextRule.DESCRIPTION);
        return switch (type) {
            case STRING -> text(description);
            case PATH -> path(description);
            case INT, CHUNK_INT -> integer(description);
            case FLOAT -> decimal(description);
        };
    }

    private JobParameter text(@Nullable String description) {
        Length length = length();
        List<String> allowed = allowed(place -> place.text(TextRule.PARAMETER_VALUE));
        UserInterface form = form(allowed, Control.LINE_EDIT, TEXT_CONTROLS);
        var open = new JobParameter.Text(name, description, null, List.of(), form, length);
        return new JobParameter.Text(
                name, description, preset(open, allowed, Place::string), allowed, form, length);
    }

    private JobParameter path(@Nullable String description) {
        Length length = length();
        Place objectAt = fields.optional("objectType");
        Place flowAt = fields.optional("dataFlow");
        ObjectType object = objectAt == null ? null : objectAt.oneOf(ObjectType.class, any -> true);
        DataFlow flow = flowAt == null ? null : flowAt.oneOf(DataFlow.class, any -> true);
        if (object == null) object = ObjectType.DIRECTORY;
        if (flow == null) flow = DataFlow.NONE;
        List<String> allowed = allowed(place -> place.text(TextRule.PARAMETER_VALUE));
        UserInterface form = form(allowed, pathControl(object, flow), PATH_CONTROLS);
        var open =
                new JobParameter.Path(
                        name, description, null, List.of(), form, length, object, flow);
        String preset = preset(open, allowed, Place::string);
        return new JobParameter.Path(
                name, description, preset, allowed, form, length, object, flow);
    }

    private static Control pathControl(ObjectType object, DataFlow flow) {
        if (object == ObjectType.DIRECTORY) return Control.CHOOSE_DIRECTORY;
        return flow == DataFlow.OUT ? Control.CHOOSE_OUTPUT_FILE : Control.CHOOSE_INPUT_FILE;
    }

    private JobParameter integer(@Nullable String description) {
        Long min = integerAt("minValue");
        Long max = integerAt("maxValue");
        if (min != null && max != null && min > max) bounds("minValue", "maxValue");
        List<String> allowed = allowed(JobParameterReader::integerText);
        UserInterface form = form(allowed, Control.SPIN_BOX, NUMBER_CONTROLS);
        var open = new JobParameter.Int(name, description, null, List.of(), form, min, max);
        String preset = preset(open, allowed, JobParameterReader::integerText);
        return new JobParameter.Int(name, description, preset, allowed, form, min, max);
    }

    private JobParameter decimal(@Nullable String description) {
        BigDecimal min = decimalAt("minValue");
        BigDecimal max = decimalAt("maxValue");
        if (min != null && max != null && min.compareTo(max) > 0) bounds("minValue", "maxValue");
        List<String> allowed = allowed(place -> place.decimal(true));
        UserInterface form = form(allowed, Control.SPIN_BOX, NUMBER_CONTROLS);
        var open = new JobParameter.Decimal(name, description, null, List.of(), form, min, max);
        String preset = preset(open, allowed, place -> place.decimal(true));
        return new JobParameter.Decimal(name, description, preset, allowed, form, min, max);
    }

    private Length length() {
        Place minAt = fields.optional("minLength");
        Place maxAt = fields.optional("maxLength");
        Long min = minAt == null ? null : minAt.integer(false, 0, Integer.MAX_VALUE);
        Long max = maxAt == null ? null : maxAt.integer(false, 1, Integer.MAX_VALUE);
        if (min != null && max != null && min > max) bounds("minLength", "maxLength");
        return new Length(
                min == null ? 0 : min.intValue(),
                max == null ? MAX_LENGTH : (int) Math.min(max, MAX_LENGTH));
    }

    private void bounds(String min, String max) {
        fields.place().problem("`" + min + "` is more than `" + max + "`");
    }

    private @Nullable Long integerAt(String key) {
        Place place = fields.optional(key);
        return place == null ? null : place.integer(true, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private static @Nullable String integerText(Place place) {
        Long value = place.integer(true, Long.MIN_VALUE, Long.MAX_VALUE);
        return value == null ? null : value.toString();
    }

    private @Nullable BigDecimal decimalAt(String key) {
        Place place = fields.optional(key);
        String text = place == null ? null : place.decimal(true);
        return text == null ? null : Numbers.decimal(text);
    }

    private List<String> allowed(Function<Place, @Nullable String> reading) {
        Place place = fields.optional("allowedValues");
        if (place == null) return List.of();
        return place.items(1, Integer.MAX_VALUE).stream()
                .map(reading)
                .filter(Objects::nonNull)
                .toList();
    }

    private UserInterface form(List<String> allowed, Control natural, Set<Control> controls) {
        return new UserInterfaceReader(type, name, allowed, natural, controls)
                .read(fields.optional("userInterface"));
    }

    /**
     * The default, once it and the allowed values keep the parameter's own bounds.
     *
     * @param open the parameter without its allowed values
     */
    private @Nullable String preset(
            JobParameter open, List<String> allowed, Function<Place, @Nullable String> reading) {
        Place allowedAt = fields.optional("allowedValues");
        for (String value : allowed) {
            String objection = open.objection(value);
            if (objection != null && allowedAt != null) allowedAt.problem(objection);
        }
        Place presetAt = fields.optional("default");
        String preset = presetAt == null ? null : reading.apply(presetAt);
        if (presetAt == null || preset == null) return null;
        String objection = open.objection(preset);
        if (objection == null && !allowed.isEmpty() && !isAllowed(preset, allowed)) {
            objection = "`" + Numbers.shortened(preset) + "` is not one of the `allowedValues`";
        }
        if (objection != null) presetAt.problem(objection);
        return preset;
    }

    private boolean isAllowed(String preset, List<String> allowed) {
        BigDecimal number = type == ValueType.FLOAT ? Numbers.decimal(preset) : null;
        if (number == null) return allowed.contains(preset);
        return allowed.stream()
                .map(Numbers::decimal)
                .anyMatch(other -> other != null && number.compareTo(other) == 0);
    }
}
