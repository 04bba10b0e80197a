package org.lumenyard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that speaks with a server. */
abstract class ClientCommand implements Callable<Integer> {
    static final int DONE = 0;
    static final int JOB_FAILED = 1;
    static final int MISUSED = 2;
    static final int UNREACHABLE = 3;
    static final int REFUSED = 4;

    @Mixin final ClientOptions options = new ClientOptions();
    final Surroundings around;

    @Spec @Nullable CommandSpec spec;
    private @Nullable Screen screen;

    ClientCommand(Surroundings around) {
        this.around = around;
    }

    /** Does it; gives the exit code. */
    abstract int run(FarmClient farm) throws InterruptedException;

    @Override
    public final Integer call() throws InterruptedException {
        try (FarmClient farm = options.client(around)) {
            return run(farm);
        }
    }

    final PrintWriter out() {
        return spec().commandLine().getOut();
    }

    final PrintWriter err() {
        return spec().commandLine().getErr();
    }

    final Screen screen() {
        Screen known = screen;
        if (known == null) {
            known = around.screen().get();
            screen = known;
        }
        return known;
    }

    /** The whole answer, for scripts. */
    final void print(JsonNode answer) {
        out().println(Json.pretty(answer));
    }

    final void print(Table table) {
        table.lines(screen()).forEach(out()::println);
    }

    /** A name and what there is to say of it, in lines under each other. */
    final void field(String name, String value) {
        if (!value.isBlank())
            out().println(
                            "  "
                                    + screen().paint(Screen.Style.QUIET, "%-11s".formatted(name))
                                    + " "
                                    + Screen.clean(value));
    }

    private CommandSpec spec() {
        if (spec == null) throw new IllegalStateException("not part of a command line");
        return spec;
    }
}
