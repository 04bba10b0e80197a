package org.lumenyard.openjd;

import java.util.List;
import java.util.stream.Collectors;

/** A template, or the values given to it, cannot be used; it says everything that is wrong. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** With at least one problem, in the order of the document. */
    public TemplateException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** With one problem. */
    public TemplateException(Problem problem) {
        this(List.of(problem));
    }

    /** What is wrong, at least one, at most {@value Problems#MAX} of them. */
    public List<Problem> problems() {
        return problems;
    }
}
