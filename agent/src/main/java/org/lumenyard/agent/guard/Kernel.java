package org.lumenyard.agent.guard;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The few words of Linux that Java has no method for. Each answers as the C function does: -1 is a
 * failure.
 */
final class Kernel {
    static final int SIGKILL = 9;
    static final int SIGCONT = 18;

    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int WNOHANG = 1;
    private static final int ALL_KINDS_OF_CHILDREN = 0x40000000; // __WALL
    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_SEND_SIGNAL = 424;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle PRCTL =
            function(
                    "prctl",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    1);
    private static final MethodHandle SYSCALL =
            function(
                    "syscall",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                    1);
    private static final MethodHandle KILL =
            function("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle WAITPID =
            function("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle MKFIFO =
            function("mkfifo", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOCK_GETTIME =
            function("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    private Kernel() {}

    static long bootMillis() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(JAVA_LONG, 2); // struct timespec
            int failed = (int) CLOCK_GETTIME.invokeExact(CLOCK_BOOTTIME, time);
            if (failed != 0) throw new IllegalStateException("this machine has no boot clock");
            return time.getAtIndex(JAVA_LONG, 0) * 1000 + time.getAtIndex(JAVA_LONG, 1) / 1_000_000;
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /**
     * From now on, orphaned descendants become children of this process rather than of process 1.
     */
    static boolean becomeSubreaper() {
        try {
            return (int) PRCTL.invokeExact(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) == 0;
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    static boolean makeFifo(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) MKFIFO.invokeExact(arena.allocateFrom(path.toString()), 0600) == 0;
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** Only for own children that nobody else reaps: their numbers cannot be reused. */
    static boolean kill(long pid, int signal) {
        try {
            return (int) KILL.invokeExact((int) pid, signal) == 0;
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /** Reaps this child if it is dead. Returns whether it was. */
    static boolean reap(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fate = arena.allocate(JAVA_INT);
            return (int) WAITPID.invokeExact((int) pid, fate, WNOHANG | ALL_KINDS_OF_CHILDREN)
                    == pid;
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    /**
     * Signals this very process, never one that was given its number since. On kernels older than
     * 5.3 a moment remains between the look and the signal.
     */
    static boolean signal(ProcessTable.Entry process, int signal) {
        try {
            long handle = (long) SYSCALL.invokeExact(PIDFD_OPEN, process.pid(), 0L, 0L, 0L);
            try {
                ProcessTable.@Nullable Entry now = ProcessTable.entry(process.pid());
                if (now == null || now.startTicks() != process.startTicks()) return false;
                return handle < 0
                        ? kill(process.pid(), signal)
                        : (long)
                                        SYSCALL.invokeExact(
                                                PIDFD_SEND_SIGNAL, handle, (long) signal, 0L, 0L)
                                == 0;
            } finally {
                if (handle >= 0) {
                    int ignored = (int) CLOSE.invokeExact((int) handle);
                }
            }
        } catch (Throwable thrown) {
            throw unexpected(thrown);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor shape, int firstVariadic) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().find(name).orElseThrow(),
                shape,
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MethodHandle function(String name, FunctionDescriptor shape) {
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), shape);
    }

    private static RuntimeException unexpected(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(thrown);
        };
    }
}
