package dev.cenote.net.internal;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What is exported is a face, the connections do not know the pool, and nobody knows the core's engine. */
class NetLayeringTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.cenote.net");

    @Test
    void threeInternalClassesArePublic() {
        classes()
                .that()
                .resideInAPackage("..internal")
                .and()
                .doNotHaveSimpleName("DefaultSocketPool")
                .and()
                .doNotHaveSimpleName("PoolSettings")
                .and()
                .doNotHaveSimpleName("SocketSettings")
                .should()
                .notBePublic()
                .check(CLASSES);
    }

    @Test
    void theConnectionsDoNotKnowThePool() {
        noClasses()
                .that(simpleName("Link")
                        .or(simpleName("LeasedConnection"))
                        .or(simpleName("Transport"))
                        .or(simpleName("Tls"))
                        .or(simpleName("Wire"))
                        .or(simpleName("Readiness"))
                        .or(simpleName("Race")))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.cenote.pool"))
                .check(CLASSES);
    }

    @Test
    void theEngineOfTheCoreIsNotUsed() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("dev.cenote.pool.internal.."))
                .check(CLASSES);
    }
}
