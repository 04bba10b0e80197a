package org.lumenyard.jobs;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes small .blend files as Blender does, block by block, to be bent as a test needs. */
record HandmadeBlend(
        String header, ByteOrder order, int first, int last, String scene, int sceneBytes) {
    /** As Blender 3.4 saves it. */
    static HandmadeBlend frames(int first, int last) {
        return new HandmadeBlend("BLENDER-v304", ByteOrder.LITTLE_ENDIAN, first, last, "Scene", 64);
    }

    HandmadeBlend header(String other) {
        ByteOrder itsOrder = other.contains("V") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new HandmadeBlend(other, itsOrder, first, last, scene, sceneBytes);
    }

    HandmadeBlend scene(String other, int bytes) {
        return new HandmadeBlend(header, order, first, last, other, bytes);
    }

    byte[] bytes() {
        return join(
                header.getBytes(StandardCharsets.ISO_8859_1),
                block("TEST", new byte[300]),
                range(),
                block("GLOB", new byte[5_000]),
                end());
    }

    /** The same without the frame range. */
    byte[] withoutRange() {
        return join(
                header.getBytes(StandardCharsets.ISO_8859_1), block("TEST", new byte[300]), end());
    }

    byte[] range() {
        ByteBuffer body = ByteBuffer.allocate(8 + sceneBytes).order(order);
        body.putInt(first).putInt(last).put(scene.getBytes(StandardCharsets.UTF_8));
        return block("REND", body.array());
    }

    byte[] end() {
        return block("ENDB", new byte[0]);
    }

    byte[] block(String code, byte[] body) {
        return join(head(code, body.length), body);
    }

    byte[] head(String code, long length) {
        boolean isNew = header.length() > 12;
        int pointer = header.charAt(7) == '_' ? 4 : 8;
        ByteBuffer head = ByteBuffer.allocate(isNew ? 32 : 16 + pointer).order(order);
        head.put(code.getBytes(StandardCharsets.ISO_8859_1));
        if (isNew) head.putInt(0).putLong(0).putLong(length).putLong(1);
        else head.putInt((int) length);
        return head.array();
    }

    static byte[] gzipped(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** In several frames, as Blender packs. */
    static byte[] zstd(byte[] bytes) {
        var packed = new ByteArrayOutputStream();
        for (int at = 0; at < bytes.length; at += 256) {
            byte[] part = java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 256));
            packed.writeBytes(Zstd.compress(part));
        }
        return packed.toByteArray();
    }

    Path saveAs(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes());
    }

    static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (byte[] part : parts) joined.writeBytes(part);
        return joined.toByteArray();
    }
}
