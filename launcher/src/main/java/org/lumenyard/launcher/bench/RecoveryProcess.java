package org.lumenyard.launcher.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.lumenyard.core.Change;
import org.lumenyard.core.Command;
import org.lumenyard.core.Farm;
import org.lumenyard.core.FarmImage;
import org.lumenyard.core.Outcome;
import org.lumenyard.core.Run;
import org.lumenyard.jobs.Planner;
import org.lumenyard.store.Batch;
import org.lumenyard.store.Reign;
import org.lumenyard.store.Store;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * The process that loads a farm as its server does, and answers with a line of JSON: how long each
 * phase took, in nanoseconds.
 */
@CommandLine.Command(name = "recovery", hidden = true)
final class RecoveryProcess implements Callable<Integer> {
    @Option(names = "--data", required = true)
    Path data = Path.of(".");

    @Option(names = "--began", required = true)
    long began;

    private final ObjectNode told = JsonNodeFactory.instance.objectNode();
    private long last;

    @Override
    public Integer call() throws IOException, SQLException {
        long entered = System.nanoTime();
        told.put("jvm", entered - began);
        last = entered;
        try (Store store = Store.open(data, new Planner(List.of()).spaces())) {
            tell("open");
            Reign reign = store.takeOver();
            tell("takeOver");
            FarmImage image = store.load();
            tell("load");
            Farm farm = Farm.load(image);
            tell("farm");
            farm.view();
            tell("view");
            List<Change> changes = farm.place(System.currentTimeMillis()).changes();
            store.commit(new Batch(reign.revision() + 1, farm.nextId(), changes));
            tell("commit");
            told.put("total", last - entered);
            told.put("cpu", cpuNanos());
            endPlaced(store, farm, reign.revision() + 2, changes);
        }
        bareRows();
        System.out.println(new ObjectMapper().writeValueAsString(told));
        return 0;
    }

    /** So that the next process finds the same room. */
    private static void endPlaced(Store store, Farm farm, long revision, List<Change> changes) {
        Outcome done = Outcome.of(Outcome.Kind.DONE, "done");
        var ends = new ArrayList<Change>();
        for (Change change : changes) {
            if (!(change instanceof Change.RunPlaced(Run run))) continue;
            var ended = new Command.Ended(run.id(), run.incarnation(), done);
            ends.addAll(farm.apply(ended, System.currentTimeMillis()).changes());
        }
        if (ends.isEmpty()) throw new IllegalStateException("nothing was placed");
        store.commit(new Batch(revision, farm.nextId(), ends));
    }

    private void tell(String phase) {
        long now = System.nanoTime();
        told.put(phase, now - last);
        last = now;
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }

    /** The rows of tasks as fast as SQLite gives them, made nothing of. */
    private void bareRows() throws SQLException {
        long started = System.nanoTime();
        try (var connection =
                        DriverManager.getConnection("jdbc:sqlite:" + data.resolve("farm.db"));
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select step, idx, state, round, run from task order by step, idx")) {
            long sum = 0;
            while (rows.next()) sum += rows.getLong(2) + rows.getString(3).length();
            told.put("sum", sum);
        }
        told.put("rows", System.nanoTime() - started);
    }
}
