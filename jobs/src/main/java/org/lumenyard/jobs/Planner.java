package org.lumenyard.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.lumenyard.core.JobPlan;
import org.lumenyard.core.TaskSpace;
import org.lumenyard.openjd.CommandScript;
import org.lumenyard.openjd.Job;
import org.lumenyard.openjd.JobTemplate;
import org.lumenyard.openjd.Problem;
import org.lumenyard.openjd.Step;
import org.lumenyard.openjd.Template;
import org.lumenyard.openjd.TemplateException;

/** Makes plans of submissions, and tells of a plan what an agent needs to know. */
public final class Planner {
    /** A step with more tasks than this is refused: chunks do the same with less ado. */
    private static final long MOST_TASKS = 10_000_000;

    /** An order goes to its node as one message, of at most a mebibyte. */
    private static final int LONGEST_PAYLOAD = 128 * 1024;

    /** A plan is stored in one transaction, and none writes more than a thousand rows. */
    private static final int MOST_STEPS = 500;

    private final JobTypes types = new JobTypes();
    private final Roots roots;

    /**
     * @param roots the folders that scenes are read from and outputs written to
     */
    public Planner(List<Path> roots) {
        this.roots = new Roots(roots);
    }

    /** The built-in job types. */
    public JobTypes types() {
        return types;
    }

    /** Reads the task spaces of plans. */
    public TaskSpace.Reader spaces() {
        return FrozenSpace::read;
    }

    /** Makes a plan, or says all that is wrong. Reads the files that the submission names. */
    public Planned plan(Submission submission) {
        try {
            return accept(completed(submission));
        } catch (Refusal e) {
            return new Planned.Rejected(e.faults());
        }
    }

    /** With what a job type knows better than a template can say it. */
    private Submission completed(Submission given) throws Refusal {
        if (given.jobType() == null) return given;
        var parameters = new LinkedHashMap<>(given.parameters());
        for (String name : List.of("Frames", "Items")) {
            String text = parameters.getOrDefault(name, "");
            if (!text.isBlank()) parameters.put(name, FrameRange.normalised(name, text));
        }
        boolean isBlender = given.jobType().equals("blender");
        return given.with(isBlender ? BlenderType.of(parameters, roots).parameters() : parameters);
    }

    private Planned accept(Submission submission) throws Refusal {
        Job job = instantiate(submission);
        if (!job.environments().isEmpty()) {
            throw new Refusal(
                    "template.jobEnvironments",
                    "Environments are not supported yet: put what they do into the steps.");
        }
        if (job.steps().size() > MOST_STEPS) {
            throw new Refusal(
                    "template.steps",
                    "There are %,d steps; the most is %,d."
                            .formatted(job.steps().size(), MOST_STEPS));
        }
        List<Step> steps =
                job.steps().stream()
                        .filter(step -> !isFilmOfNothing(step, job, submission))
                        .toList();
        List<JobPlan.StepPlan> plans = plans(steps, job, submission);
        Map<String, String> values = values(job);
        var plan =
                new JobPlan(
                        JobName.of(submission.name(), submission.jobType(), values, job.name()),
                        submission.user(),
                        submission.band(),
                        submission.priority(),
                        submission.held(),
                        submission.notes(),
                        new Origin(submission.jobType(), values).text(),
                        plans);
        return new Planned.Accepted(plan, summary(values, plans), warnings(steps));
    }

    private Job instantiate(Submission submission) throws Refusal {
        try {
            return template(submission).instantiate(submission.parameters());
        } catch (TemplateException e) {
            throw new Refusal(
                    e.problems().stream().map(problem -> fault(problem, submission)).toList());
        }
    }

    private JobTemplate template(Submission submission) throws Refusal {
        if ((submission.jobType() == null) == (submission.template() == null)) {
            throw new Refusal("jobType", "Give either a jobType or a template.");
        }
        if (submission.template() != null) return Template.parse(submission.template());
        String type = String.valueOf(submission.jobType());
        return types.template(type)
                .orElseThrow(() ->
                        new Refusal(
                                "jobType",
                                "There is no job type %s; there are %s."
                                        .formatted(type, String.join(", ", types.names()))));
    }

    private static Planned.Fault fault(Problem problem, Submission submission) {
        boolean ofTemplate =
                submission.template() != null && !problem.path().startsWith("parameters");
        String place =
                ofTemplate
                        ? "template" + (problem.path().isEmpty() ? "" : "." + problem.path())
                        : problem.path();
        String line = problem.line() > 0 ? " (line " + problem.line() + ")" : "";
        return new Planned.Fault(place, problem.message() + line);
    }

    /** A job type's film is left out when nobody names its file. */
    private static boolean isFilmOfNothing(Step step, Job job, Submission submission) {
        return submission.jobType() != null
                && step.name().equals("film")
                && job.parameters().stream()
                        .anyMatch(p -> p.name().equals("Film") && p.value().isBlank());
    }

    private List<JobPlan.StepPlan> plans(List<Step> steps, Job job, Submission submission)
            throws Refusal {
        var ordinals = new LinkedHashMap<String, Integer>();
        steps.forEach(step -> ordinals.put(step.name(), ordinals.size()));
        var plans = new ArrayList<JobPlan.StepPlan>();
        var faults = new ArrayList<Planned.Fault>();
        for (Step step : steps) {
            String path =
                    (submission.template() == null ? "steps[" : "template.steps[")
                            + ordinals.get(step.name())
                            + "]";
            try {
                plans.add(plan(step, path, job, ordinals));
            } catch (Refusal e) {
                faults.addAll(e.faults());
            }
        }
        if (!faults.isEmpty()) throw new Refusal(told(faults));
        return List.copyOf(plans);
    }

    /** What is wrong with a parameter shows in each step that uses it: once is enough. */
    private static List<Planned.Fault> told(List<Planned.Fault> faults) {
        List<Planned.Fault> ofParameters =
                faults.stream()
                        .filter(fault -> fault.path().startsWith("parameters."))
                        .distinct()
                        .toList();
        return ofParameters.isEmpty() ? faults : ofParameters;
    }

    private JobPlan.StepPlan plan(Step step, String path, Job job, Map<String, Integer> ordinals)
            throws Refusal {
        long size = step.parameterSpace().size();
        if (size > MOST_TASKS) {
            throw new Refusal(
                    path + ".parameterSpace",
                    "There are %,d tasks; the most is %,d. Chunks make fewer of them."
                            .formatted(size, MOST_TASKS));
        }
        List<Planned.Fault> faults = StepCheck.faults(step, path, roots);
        if (!faults.isEmpty()) throw new Refusal(faults);
        StepScene scene = StepScene.of(step, path, roots);
        Payload payload = Payload.of(step, job.parameters());
        String text = payload.text();
        if (text.length() > LONGEST_PAYLOAD) {
            throw new Refusal(
                    path + ".script",
                    "It is too long for an order to a node: %,d characters with its parameters; the most is %,d."
                            .formatted(text.length(), LONGEST_PAYLOAD));
        }
        EngineRules rules = EngineRules.of(payload.engine()).orElseThrow();
        return new JobPlan.StepPlan(
                step.name(),
                new FrozenSpace(step.name(), step.parameterSpace()),
                step.dependencies().stream().map(ordinals::get).filter(Objects::nonNull).toList(),
                Needs.of(rules, step.hostRequirements(), scene.versions()),
                scene.model(),
                text);
    }

    private static Map<String, String> values(Job job) {
        return job.parameters().stream()
                .filter(parameter -> !parameter.value().isBlank())
                .collect(
                        Collectors.toMap(
                                Job.Parameter::name,
                                Job.Parameter::value,
                                (a, b) -> a,
                                LinkedHashMap::new));
    }

    private static Map<String, String> summary(
            Map<String, String> values, List<JobPlan.StepPlan> steps) {
        var summary = new LinkedHashMap<String, String>();
        for (String name : List.of("Scene", "Input", "Program", "Frames", "Output", "Film")) {
            if (values.containsKey(name))
                summary.put(name.toLowerCase(Locale.ROOT), values.getOrDefault(name, ""));
        }
        for (JobPlan.StepPlan step : steps) {
            long size = step.space().size();
            summary.put("step " + step.name(), size == 1 ? "1 task" : "%,d tasks".formatted(size));
        }
        return summary;
    }

    private static List<String> warnings(List<Step> steps) {
        return steps.stream()
                .filter(step ->
                        step.script().script() instanceof CommandScript script
                                && script.onRun().notifySeconds() != null)
                .map(step ->
                        "Step %s: cancelation is not acted on yet; a cancelled command is killed at once."
                                .formatted(step.name()))
                .toList();
    }

    /** The orders for a step's tasks, by their index. The plan is read once, here. */
    public LongFunction<Order> orders(JobPlan.StepPlan step) {
        if (!(step.space() instanceof FrozenSpace space)) {
            throw new IllegalArgumentException("not a space of ours: " + step.space());
        }
        Payload payload = Payload.read(step.payload());
        return index -> payload.order(space.valuesAt(index));
    }

    /** The name of the engine that does the step. */
    public String engine(JobPlan.StepPlan step) {
        return engineOf(step.payload());
    }

    /** The engine that a step's payload is for. */
    public String engineOf(String payload) {
        return Payload.read(payload).engine();
    }

    /** What a plan's source text says. */
    public Origin origin(String source) {
        return Origin.read(source);
    }
}
