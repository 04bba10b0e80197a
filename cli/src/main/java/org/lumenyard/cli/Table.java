package org.lumenyard.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows in columns that fit the screen. Where room is short, columns that can be missed are left out
 * first, then the widest of those that may be shortened are.
 */
final class Table {
    private static final String GAP = "  ";

    /**
     * A column.
     *
     * @param least columns of the screen below which it is not shortened; 0 for never shortened
     * @param dispensable 0 for always shown; of the others, the highest goes first
     */
    record Column(String head, int least, int dispensable, boolean right) {
        /** Always shown in full. */
        static Column of(String head) {
            return new Column(head, 0, 0, false);
        }

        /** A number, to the right. */
        static Column number(String head) {
            return new Column(head, 0, 0, true);
        }

        /** May be shortened, down to so many columns. */
        Column shrinking(int down) {
            return new Column(head, down, dispensable, right);
        }

        /** May be left out, after those with a higher number. */
        Column dispensable(int order) {
            return new Column(head, least, order, right);
        }
    }

    private record Cell(String text, Screen.Style style) {}

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    Table(Column... columns) {
        this.columns = List.of(columns);
    }

    /** Adds a row: a cell for each column, any of them {@link #styled}. */
    void row(Object... cells) {
        if (cells.length != columns.size())
            throw new IllegalArgumentException(cells.length + " cells");
        var row = new ArrayList<Cell>();
        for (Object cell : cells) {
            row.add(
                    cell instanceof Cell given
                            ? given
                            : new Cell(Screen.clean(String.valueOf(cell)), Screen.Style.PLAIN));
        }
        rows.add(row);
    }

    /** A cell in the colour of the state that it names. */
    static Object state(String state) {
        return styled(Screen.Style.of(state), state);
    }

    /** How many tasks failed; nothing where none did. */
    static Object failures(Contract.Counts counts) {
        return styled(Screen.Style.BAD, counts.failed() == 0 ? "" : Long.toString(counts.failed()));
    }

    static Object styled(Screen.Style style, String text) {
        return new Cell(Screen.clean(text), style);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** The lines, the first with the columns' heads, none wider than the screen. */
    List<String> lines(Screen screen) {
        List<Integer> shown = shown(screen.width());
        int[] widths = widths(shown, screen.width());
        var lines = new ArrayList<String>();
        var heads =
                columns.stream()
                        .map(column -> new Cell(column.head(), Screen.Style.QUIET))
                        .toList();
        lines.add(line(heads, shown, widths, screen));
        for (List<Cell> row : rows) lines.add(line(row, shown, widths, screen));
        return lines;
    }

    /** Which columns there is room for, with each that can be shortened at its least. */
    private List<Integer> shown(int width) {
        var shown =
                new ArrayList<>(
                        IntStream.range(0, columns.size())
                                .filter(this::saysSomething)
                                .boxed()
                                .toList());
        while (room(shown) > width) {
            var least =
                    shown.stream()
                            .filter(i -> columns.get(i).dispensable() > 0)
                            .max(this::byDispensability);
            if (least.isEmpty()) break;
            shown.remove(least.get());
        }
        return shown;
    }

    private int byDispensability(int a, int b) {
        return Integer.compare(columns.get(a).dispensable(), columns.get(b).dispensable());
    }

    /** A dispensable column with nothing in it is missed by nobody. */
    private boolean saysSomething(int column) {
        return columns.get(column).dispensable() == 0
                || rows.stream().anyMatch(row -> !row.get(column).text().isEmpty());
    }

    private int room(List<Integer> shown) {
        int gaps = GAP.length() * Math.max(0, shown.size() - 1);
        return gaps + shown.stream().mapToInt(this::least).sum();
    }

    private int least(int column) {
        int natural = natural(column);
        return columns.get(column).least() == 0
                ? natural
                : Math.min(natural, columns.get(column).least());
    }

    private int natural(int column) {
        int head = Screen.columns(columns.get(column).head());
        return rows.stream()
                .mapToInt(row -> Screen.columns(row.get(column).text()))
                .reduce(head, Math::max);
    }

    private int[] widths(List<Integer> shown, int width) {
        int[] widths = shown.stream().mapToInt(this::natural).toArray();
        int over =
                IntStream.of(widths).sum() + GAP.length() * Math.max(0, shown.size() - 1) - width;
        for (; over > 0; over--) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                boolean may =
                        columns.get(shown.get(i)).least() > 0 && widths[i] > least(shown.get(i));
                if (may && (widest < 0 || widths[i] > widths[widest])) widest = i;
            }
            if (widest < 0) break;
            widths[widest]--;
        }
        return widths;
    }

    private String line(List<Cell> cells, List<Integer> shown, int[] widths, Screen screen) {
        var line = new StringBuilder();
        int used = 0;
        for (int i = 0; i < shown.size(); i++) {
            int room = screen.width() - used;
            if (room <= 0) break;
            Cell cell = cells.get(shown.get(i));
            boolean last = i == shown.size() - 1;
            String text = screen.fit(cell.text(), Math.min(widths[i], room));
            int padding = Math.max(0, Math.min(widths[i], room) - Screen.columns(text));
            String painted = screen.paint(cell.style(), text);
            boolean right = columns.get(shown.get(i)).right();
            line.append(
                    right
                            ? " ".repeat(padding) + painted
                            : painted + (last ? "" : " ".repeat(padding)));
            line.append(last ? "" : GAP);
            used += widths[i] + GAP.length();
        }
        return line.toString().stripTrailing();
    }
}
