package dev.cenote.pool.internal;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.stats.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing in the engine points up, and the face holds no concurrency code. */
class LayeringTest {

    private static final String ENGINE = "dev.cenote.pool.internal";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.cenote");

    /** The engine's packages, the lowest first: each may use itself and those before it. */
    private static final List<String> LAYERS = List.of(
            ENGINE + ".run",
            ENGINE + ".slot",
            ENGINE + ".stats",
            ENGINE + ".jfr",
            ENGINE + ".wait",
            ENGINE + ".life",
            ENGINE,
            ENGINE + ".keyed");

    @Test
    void noPackageOfTheEngineUsesOneAboveIt() {
        for (int layer = 0; layer < LAYERS.size() - 1; layer++) {
            noClasses()
                    .that()
                    .resideInAPackage(LAYERS.get(layer))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(LAYERS.subList(layer + 1, LAYERS.size()).toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    @Test
    void everyClassOfTheEngineIsInOneOfItsLayers() {
        assertThat(CLASSES.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.startsWith(ENGINE))
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(LAYERS);
    }

    @Test
    void theFaceUsesTheEngineOnlyWhereItMakesOne() {
        assertThat(CLASSES.stream()
                        .filter(type -> type.getPackageName().equals("dev.cenote.pool"))
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .filter(it -> it.getTargetClass().getPackageName().startsWith(ENGINE))
                        .map(it -> it.getOriginClass().getSimpleName() + " uses "
                                + it.getTargetClass().getSimpleName())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "PoolBuilder uses Opening",
                        "KeyedPoolBuilder uses DefaultKeyedPool",
                        "Budget uses SharedBudget",
                        "SizingPolicy uses AdaptiveLimit",
                        "PoolException uses Help");
    }

    @Test
    void theTopOfTheEngineHasTwoPublicClasses() {
        assertThat(CLASSES.stream()
                        .filter(type -> type.getPackageName().equals(ENGINE))
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("DefaultPool", "Opening");
    }

    /** A file that one can't take in has a second thing in it. */
    @Test
    void noFileOfTheEngineHasMoreThan320Lines() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/dev/cenote/pool/internal"))) {
            for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(320);
            }
        }
    }

    @Test
    void theLimitsOfTheSettingsAreReadOnceForThoseOfThePoolChange() {
        noClasses()
                .that()
                .resideInAPackage(ENGINE + "..")
                .and()
                .resideOutsideOfPackage(ENGINE + ".keyed") // which asks before there is a pool
                .and()
                .doNotHaveFullyQualifiedName(ENGINE + ".Engine")
                .should()
                .callMethod(PoolConfig.class, "limits")
                .orShould()
                .callMethod(PoolConfig.class, "maxSize")
                .orShould()
                .callMethod(PoolConfig.class, "minIdle")
                .orShould()
                .callMethod(PoolConfig.class, "maxWaiters")
                .check(CLASSES);
    }

    @Test
    void whatIsCountedIsWrittenInOnePackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ENGINE + ".stats")
                .should()
                .setFieldWhere(
                        describe("a counter is", it -> it.getTarget().getOwner().isEquivalentTo(Counters.class)))
                .check(CLASSES);
    }

    @Test
    void theFaceHoldsNoConcurrencyCode() {
        noClasses()
                .that()
                .resideInAPackage("dev.cenote.pool")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent.locks", "java.util.concurrent.atomic")
                .check(CLASSES);
    }

    @Test
    void nobodyButTheSystemsTickerReadsTheWallClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.cenote.pool.Ticker$1")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.time\\.(Instant|Clock|LocalDateTime)|java\\.util\\.Date")
                .check(CLASSES);
    }
}
