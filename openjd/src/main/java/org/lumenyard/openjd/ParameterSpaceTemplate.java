package org.lumenyard.openjd;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code parameterSpace} of a step; its values may refer to job parameters. */
record ParameterSpaceTemplate(
        List<TaskParameterTemplate> parameters,
        @Nullable CombinationExpression combination,
        @Nullable Written combinationAt) {
    static final ParameterSpaceTemplate ONE_TASK =
            new ParameterSpaceTemplate(List.of(), null, null);

    private static final int MAX_PARAMETERS = 16;
    private static final TextRule COMBINATION =
            TextRule.length(1, CombinationExpression.MAX_LENGTH, TextRule.Controls.NONE);

    static ParameterSpaceTemplate read(Place place, Scope scope, Set<String> extensions) {
        Fields fields = place.fields();
        if (fields == null) return ONE_TASK;
        Place definitionsAt = fields.required("taskParameterDefinitions");
        Place combinationAt = fields.optional("combination");
        fields.end();
        List<Place> items =
                definitionsAt == null ? List.of() : definitionsAt.items(1, MAX_PARAMETERS);
        List<TaskParameterTemplate> parameters =
                items.stream()
                        .map(item -> TaskParameterTemplate.read(item, scope, extensions))
                        .filter(Objects::nonNull)
                        .toList();
        if (definitionsAt == null || parameters.size() < items.size() || parameters.isEmpty())
            return ONE_TASK;
        checkNames(parameters, definitionsAt);
        CombinationExpression combination =
                combinationAt == null ? null : combination(combinationAt, parameters);
        Written at =
                Written.at(
                        combinationAt == null ? definitionsAt : combinationAt,
                        FormatString.literal(""));
        var template = new ParameterSpaceTemplate(parameters, combination, at);
        template.resolve(name -> null, place.problems());
        return template;
    }

    private static void checkNames(List<TaskParameterTemplate> parameters, Place place) {
        var seen = new HashSet<String>();
        for (TaskParameterTemplate parameter : parameters) {
            if (!seen.add(parameter.name()))
                place.problem("There are two task parameters `" + parameter.name() + "`");
        }
        if (parameters.stream().filter(parameter -> parameter.chunks() != null).count() > 1) {
            place.problem("Only one task parameter of a step may be CHUNK[INT]");
        }
    }

    private static @Nullable CombinationExpression combination(
            Place place, List<TaskParameterTemplate> parameters) {
        String text = place.text(COMBINATION);
        if (text == null) return null;
        try {
            CombinationExpression combination = CombinationExpression.parse(text);
            checkCombination(combination, place, parameters);
            return combination;
        } catch (MalformedExpressionException malformed) {
            place.problem(malformed.sentence());
            return null;
        }
    }

    private static void checkCombination(
            CombinationExpression combination,
            Place place,
            List<TaskParameterTemplate> parameters) {
        Set<String> defined =
                parameters.stream().map(TaskParameterTemplate::name).collect(Collectors.toSet());
        List<String> used = combination.names().toList();
        used.stream()
                .filter(name -> !defined.contains(name))
                .forEach(name ->
                        place.problem(
                                "There is no task parameter `"
                                        + name
                                        + "`"
                                        + Suggestion.of(name, defined)));
        var seen = new HashSet<String>();
        used.stream()
                .filter(name -> !seen.add(name))
                .forEach(name ->
                        place.problem(
                                "`" + name + "` stands here twice; each may stand here once"));
        defined.stream()
                .filter(name -> !seen.contains(name))
                .sorted()
                .forEach(
                        name -> place.problem("The task parameter `" + name + "` is missing here"));
        parameters.stream()
                .filter(parameter ->
                        parameter.chunks() != null && isPaired(combination, parameter.name()))
                .forEach(parameter ->
                        place.problem(
                                "`"
                                        + parameter.name()
                                        + "` is CHUNK[INT], which cannot be paired in parentheses"));
    }

    private static boolean isPaired(CombinationExpression combination, String name) {
        return switch (combination) {
            case CombinationExpression.Parameter _ -> false;
            case CombinationExpression.Product(var factors) ->
                    factors.stream().anyMatch(factor -> isPaired(factor, name));
            case CombinationExpression.Association association ->
                    association.names().anyMatch(name::equals);
        };
    }

    /** The space where all values are known and fit together, else null; notes what is wrong. */
    @Nullable ParameterSpace resolve(
            Function<String, @Nullable String> symbols, Problems problems) {
        if (parameters.isEmpty()) return ParameterSpace.ONE_TASK;
        int before = problems.count();
        var resolved = new ArrayList<ParameterSpace.Parameter>();
        for (TaskParameterTemplate parameter : parameters) {
            ParameterSpace.Parameter values = parameter.resolve(symbols, problems);
            if (values != null) resolved.add(values);
        }
        if (resolved.size() < parameters.size() || problems.count() > before) return null;
        try {
            return ParameterSpace.of(resolved, combination);
        } catch (MalformedExpressionException unfit) {
            if (combinationAt != null) combinationAt.problem(problems, unfit.sentence());
            return null;
        }
    }
}
