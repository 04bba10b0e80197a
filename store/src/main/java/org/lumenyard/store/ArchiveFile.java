package org.lumenyard.store;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;
import org.lumenyard.core.JobId;

/**
 * A job's rows in a file: lines of JSON, compressed by gzip, whose checksum covers all of it.
 *
 * <p>The first line says what it is. A line {@code {"table":"run","columns":[...]}} stands before
 * the rows of a table, each an array of its values. The last line counts them. Columns are read by
 * name: one that a later release adds keeps its default in rows that were put away before.
 */
final class ArchiveFile {
    private static final String KIND = "lumenyard archive";
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ArchiveFile() {}

    /** Writes one; it has its name, and is on disk, once it was finished. */
    static final class Output implements AutoCloseable {
        private final Path file;
        private final Path part;
        private final FileChannel channel;
        private final Writer out;
        private final Map<String, Long> counts = new LinkedHashMap<>();

        Output(Path file, JobId job) throws IOException {
            this.file = file;
            this.part = file.resolveSibling(file.getFileName() + ".part");
            Files.createDirectories(folder(file));
            channel =
                    FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
            try {
                out =
                        new BufferedWriter(
                                new OutputStreamWriter(
                                        new GZIPOutputStream(
                                                Channels.newOutputStream(channel), 1 << 16),
                                        StandardCharsets.UTF_8),
                                1 << 16);
                line(Map.of("kind", KIND, "format", FORMAT, "job", job.value()));
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }

        void table(Table<?> table) throws IOException {
            counts.put(table.getName(), 0L);
            line(Map.of("table", table.getName(), "columns", names(table)));
        }

        /** Rows of that table, with all its fields. */
        void rows(Table<?> table, List<? extends Record> rows) throws IOException {
            for (Record row : rows) {
                var values = new ArrayList<@Nullable Object>();
                for (Field<?> field : table.fields()) values.add(plain(row.get(field)));
                line(values);
            }
            counts.merge(table.getName(), (long) rows.size(), Long::sum);
        }

        private static @Nullable Object plain(@Nullable Object value) {
            return value instanceof Enum<?> word ? word.name() : value;
        }

        private static List<String> names(Table<?> table) {
            return table.fieldStream().map(Field::getName).toList();
        }

        private void line(Object value) throws IOException {
            out.write(JSON.writeValueAsString(value));
            out.write('\n');
        }

        /** Closes it and gives it its name. */
        void finish() throws IOException {
            line(Map.of("rows", counts));
            out.flush();
            // Closing writes the checksum; the channel is opened anew to force it.
            out.close();
            try (var whole = FileChannel.open(part, StandardOpenOption.WRITE)) {
                whole.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            force(folder(file));
            force(folder(folder(file)));
        }

        private static Path folder(Path file) {
            return Objects.requireNonNull(file.toAbsolutePath().getParent());
        }

        private static void force(Path folder) throws IOException {
            try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /**
     * Reads it from its beginning to its end.
     *
     * @throws IOException with a sentence, when it is not whole
     */
    static void check(Path file) throws IOException {
        try (var input = new Input(file)) {
            Optional<Rows> some = input.next(1_000);
            while (some.isPresent()) some = input.next(1_000);
        }
    }

    /**
     * Rows of one table.
     *
     * @param columns their names
     */
    record Rows(String table, List<String> columns, List<List<@Nullable Object>> values) {}

    /** Reads one, some rows at a time. */
    static final class Input implements AutoCloseable {
        private final Path file;
        private final BufferedReader in;
        private final Map<String, Long> counts = new LinkedHashMap<>();
        private String table = "";
        private List<String> columns = List.of();
        private @Nullable String ahead;
        private boolean ended;

        /**
         * @throws IOException with a sentence, when it is no archive that this release can read
         */
        Input(Path file) throws IOException {
            this.file = file;
            if (Files.notExists(file)) throw new IOException("The archive " + file + " is gone.");
            var bytes = Files.newInputStream(file);
            try {
                in =
                        new BufferedReader(
                                new InputStreamReader(
                                        new GZIPInputStream(bytes, 1 << 16),
                                        StandardCharsets.UTF_8),
                                1 << 16);
                JsonNode head = JSON.readTree(line());
                if (!head.path("kind").asText().equals(KIND))
                    throw damaged("it does not begin as one");
                int format = head.path("format").asInt();
                if (format != FORMAT) {
                    throw new IOException(
                            "The archive %s has format %d, which this release cannot read."
                                    .formatted(file, format));
                }
            } catch (JacksonException | EOFException | ZipException e) {
                bytes.close();
                throw damaged("it does not begin as one");
            } catch (IOException e) {
                bytes.close();
                throw e;
            }
        }

        /** The next rows, all of one table; empty when it was read to its end and is whole. */
        Optional<Rows> next(int most) throws IOException {
            var values = new ArrayList<List<@Nullable Object>>();
            try {
                while (!ended && values.size() < most) {
                    String line = line();
                    if (line.startsWith("[")) {
                        values.add(JSON.readValue(line, new TypeReference<>() {}));
                    } else if (values.isEmpty()) {
                        heading(JSON.readTree(line));
                    } else {
                        ahead = line;
                        break;
                    }
                }
            } catch (JacksonException e) {
                throw damaged(e.getOriginalMessage());
            }
            if (values.isEmpty()) return Optional.empty();
            counts.merge(table, (long) values.size(), Long::sum);
            return Optional.of(new Rows(table, columns, values));
        }

        private void heading(JsonNode line) throws IOException {
            if (line.has("rows")) {
                end(
                        JSON.convertValue(
                                line.path("rows"), new TypeReference<Map<String, Long>>() {}));
                return;
            }
            table = line.path("table").asText();
            columns = JSON.convertValue(line.path("columns"), new TypeReference<List<String>>() {});
            counts.putIfAbsent(table, 0L);
        }

        /** The checksum is looked at where the text ends. */
        private void end(Map<String, Long> written) throws IOException {
            if (!written.equals(counts)) throw damaged("it counts " + written + " rows");
            if (read() != null) throw damaged("something follows its end");
            ended = true;
        }

        private String line() throws IOException {
            String line = ahead == null ? read() : ahead;
            ahead = null;
            if (line == null) throw damaged("it is cut off");
            return line;
        }

        private @Nullable String read() throws IOException {
            try {
                return in.readLine();
            } catch (EOFException e) {
                throw damaged("it is cut off");
            } catch (ZipException e) {
                throw damaged("it does not agree with its checksum");
            }
        }

        private IOException damaged(String why) {
            return new IOException("The archive %s is damaged: %s.".formatted(file, why));
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
