package org.lumenyard.store.rows;

import static org.lumenyard.store.schema.Tables.INSTANCE;
import static org.lumenyard.store.schema.Tables.NODE;

import org.jooq.Record;
import org.lumenyard.core.Instance;
import org.lumenyard.core.InstanceId;
import org.lumenyard.core.NodeFacts;
import org.lumenyard.core.NodeId;

/** Nodes and instances as core knows them, of their rows. */
public final class NodeRows {
    private NodeRows() {}

    /** What the node's agent said of it. */
    public static NodeFacts facts(Record row) {
        return new NodeFacts(
                row.get(NODE.NAME),
                row.get(NODE.MACHINE),
                row.get(NODE.BOOT),
                row.get(NODE.PID_NAMESPACE),
                JsonText.amounts(row.get(NODE.AMOUNTS)),
                JsonText.attributes(row.get(NODE.ATTRIBUTES)),
                row.get(NODE.DETAILS));
    }

    /** The instance of a row. */
    public static Instance instance(Record row) {
        return new Instance(
                new InstanceId(row.get(INSTANCE.ID)),
                new NodeId(row.get(INSTANCE.NODE)),
                row.get(INSTANCE.INCARNATION),
                row.get(INSTANCE.MODEL),
                JsonText.amounts(row.get(INSTANCE.AMOUNTS)));
    }
}
