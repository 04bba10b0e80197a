package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people do with jobs. With several, a refusal of one does not keep it from the others. */
abstract class JobAction extends ClientCommand {
    JobAction(Surroundings around) {
        super(around);
    }

    abstract List<String> jobs();

    /** Does it to one job; gives the job as it then is. */
    abstract JsonNode act(FarmClient farm, String job);

    @Override
    final int run(FarmClient farm) {
        var after = new ArrayList<JsonNode>();
        ProblemException refusal = null;
        for (String job : jobs()) {
            try {
                JsonNode now = act(farm, job);
                after.add(now);
                if (!options.json) tell(Json.read(now, Contract.Job.class));
            } catch (ProblemException e) {
                if (jobs().size() == 1) throw e;
                err().println(job + ": " + e.detail());
                refusal = e;
            }
        }
        if (options.json) print(Json.MAPPER.valueToTree(Map.of("items", after)));
        return refusal == null ? DONE : REFUSED;
    }

    private void tell(Contract.Job job) {
        String sentence = job.sentence() == null ? job.state() : job.sentence();
        out().println(
                        screen().paint(Screen.Style.HEAD, job.id())
                                + "  "
                                + Screen.clean(job.name())
                                + ": "
                                + Screen.clean(sentence)
                                + rank(job));
        out().flush();
    }

    /** What is to be added about its place in the queue. */
    String rank(Contract.Job job) {
        return "";
    }

    /** An action on any number of jobs. */
    abstract static class OnMany extends JobAction {
        @Parameters(
                arity = "1..*",
                paramLabel = "JOB",
                description = "Ids of jobs, as submit and jobs show them.")
        List<String> jobs = List.of();

        OnMany(Surroundings around) {
            super(around);
        }

        @Override
        List<String> jobs() {
            return jobs;
        }
    }

    /** An action that is a word, and does nothing when it is done twice: it may be sent again. */
    abstract static class Verb extends OnMany {
        private final String verb;

        Verb(Surroundings around, String verb) {
            super(around);
            this.verb = verb;
        }

        @Override
        final JsonNode act(FarmClient farm, String job) {
            return farm.post(
                    Address.of("jobs", job).verb(verb).text(), null, UUID.randomUUID().toString());
        }
    }

    /** Holds jobs. */
    @Command(
            name = "hold",
            sortOptions = false,
            description = {
                "Place no more of a job's tasks; running ones finish.",
                "Release lets it go on."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  lumenyard hold 1f", "  lumenyard hold 1f 1g 2a"})
    static final class Hold extends Verb {
        Hold(Surroundings around) {
            super(around, "hold");
        }
    }

    /** Releases jobs. */
    @Command(
            name = "release",
            sortOptions = false,
            description = "Let a held job go on.",
            footerHeading = "%nExamples:%n",
            footer = "  lumenyard release 1f")
    static final class Release extends Verb {
        Release(Surroundings around) {
            super(around, "release");
        }
    }

    /** Cancels jobs. */
    @Command(
            name = "cancel",
            sortOptions = false,
            description = {
                "Stop a job for good.",
                "What runs is ended, what is done stays. To stop for a while: hold."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  lumenyard cancel 1f", "  lumenyard cancel 1f 1g 2a"})
    static final class Cancel extends Verb {
        Cancel(Surroundings around) {
            super(around, "cancel");
        }
    }

    /** Deletes jobs. */
    @Command(
            name = "delete",
            sortOptions = false,
            description = {
                "Remove finished jobs with their history, logs and small pictures.",
                "The pictures and films that they rendered stay where they are."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  lumenyard delete 1f", "  lumenyard cancel 1g && lumenyard delete 1g"})
    static final class Delete extends OnMany {
        Delete(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode act(FarmClient farm, String job) {
            String path = Address.of("jobs", job).text();
            ObjectNode gone = farm.get(path).deepCopy();
            farm.delete(path);
            return gone.put("sentence", "Deleted");
        }
    }

    /** Archives jobs. */
    @Command(
            name = "archive",
            sortOptions = false,
            description = {
                "Put the tasks and runs of finished jobs away into files.",
                "Such a job is listed by 'jobs --archived' only. Unarchive brings all of it back."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  lumenyard archive 1f", "  lumenyard archive 1f 1g 2a"})
    static final class Archive extends Verb {
        Archive(Surroundings around) {
            super(around, "archive");
        }
    }

    /** Brings archived jobs back. */
    @Command(
            name = "unarchive",
            sortOptions = false,
            description = "Bring the tasks and runs of archived jobs back.",
            footerHeading = "%nExamples:%n",
            footer = "  lumenyard unarchive 1f")
    static final class Unarchive extends Verb {
        Unarchive(Surroundings around) {
            super(around, "unarchive");
        }
    }

    /** Retries tasks. */
    @Command(
            name = "retry",
            sortOptions = false,
            description = "Try failed tasks again, or one task, or everything.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  lumenyard retry 1f                the failed tasks",
                "  lumenyard retry 1f --task 87      only frame 87",
                "  lumenyard retry 1f --all          everything, also what is done"
            })
    static final class Retry extends OnMany {
        @Option(names = "--all", description = "Everything anew, also what is done.")
        boolean all;

        @Option(
                names = "--task",
                paramLabel = "LABEL",
                description = "Only this task, by its label or a frame in it.")
        @Nullable String task;

        @Option(
                names = "--step",
                paramLabel = "STEP",
                description = "The task's step, where several have such a task.")
        @Nullable String step;

        Retry(Surroundings around) {
            super(around);
        }

        @Override
        JsonNode act(FarmClient farm, String job) {
            if (all && task != null) throw new MisuseException("Give --all or --task, not both.");
            return farm.post(Address.of("jobs", job).verb("retry").text(), what(farm, job), null);
        }

        private Map<String, Object> what(FarmClient farm, String job) {
            if (task == null) return Map.of("what", all ? "all" : "failed");
            var detail = farm.read(Address.of("jobs", job).text()).as(Contract.Job.class);
            Contract.Task found = new TaskSearch(farm, detail).task(task, step);
            return Map.of("what", "task", "step", found.step(), "index", found.index());
        }
    }

    /** Changes a job's place in the queue. */
    @Command(
            name = "priority",
            sortOptions = false,
            description = {
                "Change a job's priority, its band, or both.",
                "A point of priority is worth ten minutes of waiting; a band goes before all later ones."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  lumenyard priority 1f 70", "  lumenyard priority 1f --band rush"})
    static final class Priority extends JobAction {
        @Parameters(
                index = "0",
                paramLabel = "JOB",
                description = "The job's id, as submit and jobs show it.")
        String job = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "0-100",
                description = "The new priority; 50 is usual.")
        @Nullable Integer priority;

        @Option(
                names = "--band",
                paramLabel = "BAND",
                description = "interactive, rush, normal or idle.")
        @Nullable String band;

        Priority(Surroundings around) {
            super(around);
        }

        @Override
        List<String> jobs() {
            return List.of(job);
        }

        @Override
        JsonNode act(FarmClient farm, String id) {
            var change = new LinkedHashMap<String, Object>();
            if (priority != null) change.put("priority", priority);
            if (band != null) change.put("band", band);
            if (change.isEmpty())
                throw new MisuseException(
                        "Which priority? A number from 0 to 100, or --band BAND.");
            return farm.patch(Address.of("jobs", id).text(), change);
        }

        @Override
        String rank(Contract.Job after) {
            return " Priority " + Phrases.rank(after) + ".";
        }
    }
}
