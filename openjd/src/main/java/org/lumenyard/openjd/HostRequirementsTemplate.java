package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code hostRequirements} of a step; its names and values may refer to job parameters. */
record HostRequirementsTemplate(List<AmountTemplate> amounts, List<AttributeTemplate> attributes) {
    record AmountTemplate(Written name, @Nullable Double min, @Nullable Double max) {}

    record AttributeTemplate(Written name, List<Written> anyOf, List<Written> allOf) {}

    static final HostRequirementsTemplate NONE = new HostRequirementsTemplate(List.of(), List.of());

    private static final int MAX_REQUIREMENTS = 50;
    private static final int MAX_VALUES = 50;
    private static final String IDENTIFIERS = "(\\.[A-Za-z_][A-Za-z0-9_]{0,63})+";
    private static final TextRule AMOUNT_NAME =
            TextRule.length(1, 100, TextRule.Controls.NONE)
                    .matching(
                            "(?i)([a-z_]\\w{0,63}:)?amount" + IDENTIFIERS,
                            "look like `amount.worker.memory`");
    private static final TextRule ATTRIBUTE_NAME =
            TextRule.length(1, 100, TextRule.Controls.NONE)
                    .matching(
                            "(?i)([a-z_]\\w{0,63}:)?attr" + IDENTIFIERS,
                            "look like `attr.worker.os.family`");

    /** Scopes of names that the standard keeps for itself. */
    private static final Set<String> RESERVED = Set.of("worker", "job", "step", "task");

    private static final Set<String> STANDARD_AMOUNTS =
            Set.of(
                    "amount.worker.vcpu",
                    "amount.worker.memory",
                    "amount.worker.gpu",
                    "amount.worker.gpu.memory",
                    "amount.worker.disk.scratch");

    private static final Map<String, Set<String>> STANDARD_ATTRIBUTES =
            Map.of(
                    "attr.worker.os.family",
                    Set.of("linux", "windows", "macos"),
                    "attr.worker.cpu.arch",
                    Set.of("x86_64", "arm64"));

    static HostRequirementsTemplate read(Place place, Scope scope) {
        Fields fields = place.fields();
        if (fields == null) return NONE;
        Place amountsAt = fields.optional("amounts");
        Place attributesAt = fields.optional("attributes");
        fields.end();
        if (amountsAt == null && attributesAt == null)
            place.problem("`amounts` or `attributes` is needed");
        List<Place> amounts = amountsAt == null ? List.of() : amountsAt.items(1, MAX_REQUIREMENTS);
        List<Place> attributes =
                attributesAt == null ? List.of() : attributesAt.items(1, MAX_REQUIREMENTS);
        if (amounts.size() + attributes.size() > MAX_REQUIREMENTS) {
            place.problem("There are more than " + MAX_REQUIREMENTS + " requirements");
        }
        var template =
                new HostRequirementsTemplate(
                        amounts.stream()
                                .map(item -> amount(item, scope))
                                .filter(Objects::nonNull)
                                .toList(),
                        attributes.stream()
                                .map(item -> attribute(item, scope))
                                .filter(Objects::nonNull)
                                .toList());
        template.resolve(name -> null, place.problems());
        return template;
    }

    private static @Nullable AmountTemplate amount(Place place, Scope scope) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place nameAt = fields.required("name");
        Place minAt = fields.optional("min");
        Place maxAt = fields.optional("max");
        fields.end();
        if (minAt == null && maxAt == null) place.problem("`min` or `max` is needed");
        Double min = minAt == null ? null : quantity(minAt, true);
        Double max = maxAt == null ? null : quantity(maxAt, false);
        if (min != null && max != null && min > max) place.problem("`min` is more than `max`");
        Written name = nameAt == null ? null : Written.read(nameAt, TextRule.NOT_EMPTY, scope);
        return name == null ? null : new AmountTemplate(name, min, max);
    }

    private static @Nullable Double quantity(Place place, boolean mayBeZero) {
        String text = place.decimal(false);
        if (text == null) return null;
        double value = Double.parseDouble(text);
        if (value > 0 || (value == 0 && mayBeZero)) return value;
        place.problem(mayBeZero ? "This must not be less than 0" : "This must be more than 0");
        return null;
    }

    private static @Nullable AttributeTemplate attribute(Place place, Scope scope) {
        Fields fields = place.fields();
        if (fields == null) return null;
        Place nameAt = fields.required("name");
        List<Written> anyOf = values(fields.optional("anyOf"), scope);
        List<Written> allOf = values(fields.optional("allOf"), scope);
        if (!fields.has("anyOf") && !fields.has("allOf"))
            place.problem("`anyOf` or `allOf` is needed");
        fields.end();
        Written name = nameAt == null ? null : Written.read(nameAt, TextRule.NOT_EMPTY, scope);
        return name == null ? null : new AttributeTemplate(name, anyOf, allOf);
    }

    private static List<Written> values(@Nullable Place place, Scope scope) {
        if (place == null) return List.of();
        return place.items(1, MAX_VALUES).stream()
                .map(item -> Written.read(item, TextRule.NOT_EMPTY, scope))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The requirements as far as the values are known; notes what is wrong with those. */
    HostRequirements resolve(Function<String, @Nullable String> symbols, Problems problems) {
        var resolvedAmounts = new ArrayList<HostRequirements.Amount>();
        var seen = new HashSet<String>();
        for (AmountTemplate amount : amounts) {
            String name =
                    name(amount.name(), AMOUNT_NAME, STANDARD_AMOUNTS, seen, symbols, problems);
            if (name == null) continue;
            if (name.equals("amount.worker.vcpu") && amount.min() != null && amount.min() < 1) {
                amount.name().problem(problems, "A task needs at least 1 vCPU");
            }
            resolvedAmounts.add(new HostRequirements.Amount(name, amount.min(), amount.max()));
        }
        var resolvedAttributes = new ArrayList<HostRequirements.Attribute>();
        for (AttributeTemplate attribute : attributes) {
            String name =
                    name(
                            attribute.name(),
                            ATTRIBUTE_NAME,
                            STANDARD_ATTRIBUTES.keySet(),
                            seen,
                            symbols,
                            problems);
            List<String> anyOf = values(name, attribute.anyOf(), symbols, problems);
            List<String> allOf = values(name, attribute.allOf(), symbols, problems);
            if (name == null) continue;
            if (STANDARD_ATTRIBUTES.containsKey(name) && allOf.stream().distinct().count() > 1) {
                attribute
                        .name()
                        .problem(
                                problems,
                                "A node has one value of `"
                                        + name
                                        + "`, so it can never have all of "
                                        + allOf);
            }
            resolvedAttributes.add(new HostRequirements.Attribute(name, anyOf, allOf));
        }
        return new HostRequirements(resolvedAmounts, resolvedAttributes);
    }

    private static @Nullable String name(
            Written written,
            TextRule rule,
            Set<String> standard,
            Set<String> seen,
            Function<String, @Nullable String> symbols,
            Problems problems) {
        String text = written.resolve(symbols, rule, problems);
        if (text == null) return null;
        String name = text.toLowerCase(Locale.ROOT);
        if (!seen.add(name))
            written.problem(problems, "`" + text + "` stands here twice (case does not count)");
        String scope = name.split("\\.", 3)[1];
        if (!name.contains(":") && RESERVED.contains(scope) && !standard.contains(name)) {
            written.problem(
                    problems,
                    "`"
                            + text
                            + "` is not a capability of the standard, and names with `."
                            + scope
                            + ".` are kept for those"
                            + Suggestion.of(name, standard));
        }
        return name;
    }

    private static List<String> values(
            @Nullable String name,
            List<Written> values,
            Function<String, @Nullable String> symbols,
            Problems problems) {
        Set<String> standard =
                name == null ? Set.of() : STANDARD_ATTRIBUTES.getOrDefault(name, Set.of());
        var resolved = new ArrayList<String>();
        for (Written written : values) {
            String text = written.resolve(symbols, TextRule.ATTRIBUTE_VALUE, problems);
            if (text == null) continue;
            String value = text.toLowerCase(Locale.ROOT);
            resolved.add(value);
            if (!standard.isEmpty() && !standard.contains(value)) {
                written.problem(
                        problems,
                        "`"
                                + text
                                + "` is not one of "
                                + standard.stream().sorted().toList()
                                + Suggestion.of(value, standard));
            }
        }
        return resolved;
    }
}
