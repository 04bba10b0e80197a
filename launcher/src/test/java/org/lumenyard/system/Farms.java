package org.lumenyard.system;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The farms of a test: ended when it ends, whatever happened, with the ends of their logs printed
 * when it failed. As a static field they are shared by the tests of a class, else each has its own.
 */
public final class Farms implements AfterEachCallback, AfterAllCallback {
    private final boolean shared;
    private final List<FarmUnderTest> farms = new ArrayList<>();
    private final List<Path> folders = new ArrayList<>();
    private boolean failed;

    private Farms(boolean shared) {
        this.shared = shared;
    }

    static Farms ofEachTest() {
        return new Farms(false);
    }

    public static Farms ofAllTests() {
        return new Farms(true);
    }

    public FarmUnderTest farm(String... settings) throws IOException {
        return keep(FarmUnderTest.in(folder(), settings));
    }

    FarmUnderTest farmAt(String host, String... settings) throws IOException {
        return keep(FarmUnderTest.at(host, folder(), settings));
    }

    /** A farm in a folder that is there already, such as a mounted one. */
    FarmUnderTest farmIn(Path folder, String... settings) throws IOException {
        return keep(FarmUnderTest.in(folder, settings));
    }

    private FarmUnderTest keep(FarmUnderTest farm) {
        farms.add(farm);
        return farm;
    }

    /** A new folder; it goes with the farms unless the test failed. */
    public Path folder() throws IOException {
        Path folder = Files.createTempDirectory("lumenyard farm ");
        folders.add(folder);
        return folder;
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (context.getExecutionException().isPresent()) {
            failed = true;
            System.out.println(
                    "=== " + context.getDisplayName() + " failed; what the farm said last:");
            farms.forEach(farm -> System.out.println(farm.tails()));
        }
        if (!shared) end();
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        end();
    }

    private void end() throws IOException {
        farms.forEach(FarmUnderTest::close);
        farms.clear();
        if (failed) System.out.println("Kept: " + folders);
        else for (Path folder : folders) delete(folder);
        folders.clear();
    }

    /** Guards that are just dying may still write: what cannot be deleted is left to the system. */
    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        file.toFile().delete();
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException gone) {
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException error) {
                        directory.toFile().delete();
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
