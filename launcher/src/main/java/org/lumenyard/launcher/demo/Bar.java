package org.lumenyard.launcher.demo;

import org.lumenyard.cli.Terminal;

/** A numbered step with a bar: drawn in place on a terminal, a line now and then elsewhere. */
public final class Bar {
    private static final int WIDTH = 24;
    private static final long PAUSE_MILLIS = 5_000;
    private final String head;
    private final boolean live = Terminal.isInteractive();
    private String last = "";
    private long saidAt;
    private boolean waiting;
    private String missed = "";
    private boolean missedIsLast;

    public Bar(int number, int of, String name) {
        head = " %d/%d  %-23s".formatted(number, of, name);
    }

    /** So far, from 0 to 1, with some words. */
    public void at(double fraction, String words) {
        int full = (int) Math.round(Math.clamp(fraction, 0, 1) * WIDTH);
        say("[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + words, false);
    }

    /** Words in place of a bar. */
    void says(String words) {
        say(words, false);
    }

    /** The step is over. */
    public synchronized void done(String words) {
        say(words, true);
        if (live && !waiting) System.out.println();
    }

    /** Draws nothing for now: another bar is being drawn. */
    synchronized void waits() {
        waiting = true;
    }

    /** Draws again, at once if there is news. */
    synchronized void goesOn() {
        if (!waiting) return;
        waiting = false;
        if (!missed.isEmpty()) say(missed, missedIsLast);
        if (missedIsLast && live) System.out.println();
    }

    private synchronized void say(String words, boolean atOnce) {
        if (waiting) {
            missed = words;
            missedIsLast = atOnce;
            return;
        }
        String line = head + words;
        if (line.equals(last)) return;
        long now = System.currentTimeMillis();
        if (live) {
            int width = Terminal.width();
            System.out.print(
                    "\r\033[K"
                            + (line.length() < width ? line : line.substring(0, width - 2) + "…"));
            System.out.flush();
        } else if (atOnce || now - saidAt >= PAUSE_MILLIS) {
            System.out.println(line);
            saidAt = now;
        } else {
            return;
        }
        last = line;
    }
}
