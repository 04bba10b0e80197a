package org.lumenyard.store.schema;

/** A node in one word. */
public enum NodeState {
    ONLINE,
    /** Its agent fell silent or died. */
    LOST,
    /** Its agent said good-bye. */
    OFFLINE
}
