package dev.cenote.pool.internal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Nothing in the engine points up, and the face holds no concurrency code. */
class LayeringTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.cenote");

    /** The lowest first; a class may use those of its own layer and below. */
    private static final List<List<String>> LAYERS = List.of(
            List.of(
                    "Expiry",
                    "PaddedSlot",
                    "SlotWord",
                    "Slot",
                    "Grant",
                    "StackReserve",
                    "Completions",
                    "PoolLock",
                    "Alarm",
                    "SlotEvents",
                    "WaitHistogram",
                    "Counters",
                    "GuardedListener",
                    "PoolThreads",
                    "Once",
                    "Workers",
                    "HousekeeperAlarm",
                    "ThreadNames",
                    "HousekeeperThread"),
            List.of("Waiter", "BlockedWaiter", "FutureWaiter", "Hints", "Operations", "Tasks", "CircuitBreaker"),
            List.of("WaitQueue", "Capacity", "IdleStore", "LifoIdleStore", "FifoIdleStore"),
            List.of("Parts"),
            List.of("OldestHolders", "Picture", "Diagnosis", "Retirement"),
            List.of("Creator", "Validation", "Renewal", "Shrinking"),
            List.of("Milestones", "ReadyCount", "Sizing"),
            List.of("Handoff"),
            List.of("Stalls", "Acquisition", "Closing", "LeaseEnd"),
            List.of("PooledLease", "Leaks", "Housekeeper", "Changes"),
            List.of("AsyncUse"),
            List.of("DefaultPool"));

    private static int layer(JavaClass type) {
        String name = type.getName().replaceFirst(".*\\.", "").replaceFirst("\\$.*", "");
        for (int i = 0; i < LAYERS.size(); i++) {
            if (LAYERS.get(i).contains(name)) {
                return i;
            }
        }
        throw new AssertionError(name + " is in no layer");
    }

    private static List<JavaClass> engine() {
        return CLASSES.stream()
                .filter(type -> type.getPackageName().equals("dev.cenote.pool.internal"))
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .toList();
    }

    @Test
    void nothingInTheEnginePointsUp() {
        List<String> upwards = new ArrayList<>();
        for (JavaClass type : engine()) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (target.getPackageName().equals("dev.cenote.pool.internal") && layer(target) > layer(type)) {
                    upwards.add(dependency.getDescription());
                }
            }
        }
        assertThat(engine()).hasSizeGreaterThan(30);
        assertThat(upwards).isEmpty();
    }

    @Test
    void theEngineHasOnePublicClass() {
        assertThat(engine().stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toSet()))
                .containsExactly("DefaultPool");
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
