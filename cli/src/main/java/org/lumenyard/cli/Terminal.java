package org.lumenyard.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What is known of the terminal. */
public final class Terminal {
    private Terminal() {}

    /** Whether a person looks at the output as it comes. */
    public static boolean isInteractive() {
        return System.console() != null && System.console().isTerminal();
    }

    /** Columns: as the terminal says, or COLUMNS, or 80. */
    public static int width() {
        String columns = System.getenv().getOrDefault("COLUMNS", "");
        if (columns.matches("[0-9]{2,4}")) return Integer.parseInt(columns);
        return isInteractive() ? asked() : 80;
    }

    private static int asked() {
        try {
            var process =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new java.io.File("/dev/tty"))
                            .start();
            String text =
                    new String(
                            process.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.US_ASCII);
            process.waitFor(1, TimeUnit.SECONDS);
            String[] size = text.strip().split(" ");
            return size.length == 2 ? Math.max(40, Integer.parseInt(size[1])) : 80;
        } catch (IOException | NumberFormatException e) {
            return 80;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 80;
        }
    }
}
