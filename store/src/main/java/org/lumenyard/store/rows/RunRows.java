package org.lumenyard.store.rows;

import static org.lumenyard.store.schema.Tables.RUN;

import org.jooq.Record;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.InstanceId;
import org.lumenyard.core.JobId;
import org.lumenyard.core.NodeId;
import org.lumenyard.core.Run;
import org.lumenyard.core.RunId;
import org.lumenyard.core.StepId;

/** Runs as core knows them, of their rows. */
public final class RunRows {
    private RunRows() {}

    /** The run of a record that holds all columns of the table. */
    public static Run run(Record row) {
        long id = row.get(RUN.ID);
        @Nullable Long slot = row.get(RUN.SLOT);
        return new Run(
                new RunId(id),
                new JobId(row.get(RUN.JOB)),
                new StepId(row.get(RUN.STEP)),
                row.get(RUN.IDX),
                row.get(RUN.LABEL),
                row.get(RUN.ROUND),
                new NodeId(row.get(RUN.NODE)),
                row.get(RUN.INCARNATION),
                instance(row.get(RUN.INSTANCE)),
                new RunId(slot == null ? id : slot),
                JsonText.amounts(row.get(RUN.AMOUNTS)),
                row.get(RUN.PLACED_AT));
    }

    private static @Nullable InstanceId instance(@Nullable Long id) {
        return id == null ? null : new InstanceId(id);
    }
}
