package org.lumenyard.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom: the table of docs/architecture.md, as law. */
class ModulesTest {
    private static final Map<String, Set<String>> MAY_KNOW =
            Map.of(
                    "core", Set.of(),
                    "openjd", Set.of(),
                    "protocol", Set.of(),
                    "jobs", Set.of("core", "openjd"),
                    "store", Set.of("core"),
                    "agent", Set.of("protocol", "openjd"),
                    "server", Set.of("core", "jobs", "store", "protocol"),
                    "cli", Set.of(),
                    "simulator", Set.of("core", "store", "agent", "protocol", "server"),
                    "launcher",
                            Set.of(
                                    "core",
                                    "openjd",
                                    "protocol",
                                    "jobs",
                                    "store",
                                    "agent",
                                    "server",
                                    "cli",
                                    "simulator"));

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.lumenyard");

    static List<String> modules() {
        return MAY_KNOW.keySet().stream().sorted().toList();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleKnowsOnlyWhatItMay(String module) {
        String[] others =
                MAY_KNOW.keySet().stream()
                        .filter(other ->
                                !other.equals(module) && !MAY_KNOW.get(module).contains(other))
                        .map(other -> "org.lumenyard." + other + "..")
                        .toArray(String[]::new);
        if (others.length == 0) return;
        noClasses()
                .that()
                .resideInAPackage("org.lumenyard." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.lumenyard.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void theCoreKnowsNothingOfTheWorld() {
        noClasses()
                .that()
                .resideInAPackage("org.lumenyard.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio..",
                        "java.net..",
                        "java.time..",
                        "java.util.concurrent..",
                        "java.sql..",
                        "com..",
                        "org.slf4j..")
                .check(CLASSES);
    }

    @Test
    void onlyTheStoreKnowsItsLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.lumenyard.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.jooq..", "org.flywaydb..", "org.sqlite..", "org.postgresql..")
                .check(CLASSES);
    }
}
