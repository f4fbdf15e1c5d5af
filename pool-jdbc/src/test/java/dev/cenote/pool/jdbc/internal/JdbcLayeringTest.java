package dev.cenote.pool.jdbc.internal;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What is exported is a face, the wrappers do not know the pool, and nobody knows the core's engine. */
class JdbcLayeringTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.cenote.pool.jdbc");

    @Test
    void twoInternalClassesArePublic() {
        classes()
                .that()
                .resideInAPackage("..internal")
                .and()
                .doNotHaveSimpleName("ConnectionPool")
                .and()
                .doNotHaveSimpleName("ConnectionSettings")
                .should()
                .notBePublic()
                .check(CLASSES);
    }

    @Test
    void theWrappersKnowALeaseAndASessionAndNoMore() {
        noClasses()
                .that()
                .haveNameMatching(".*[.](Pooled|Delegating|Dependent|Wrapping)[A-Za-z]*")
                .and()
                .resideInAPackage("..internal")
                .should()
                .dependOnClassesThat(
                        simpleName("ConnectionPool").or(simpleName("Sessions")).or(simpleName("ConnectionSettings")))
                .check(CLASSES);
    }

    @Test
    void theEngineOfTheCoreIsNotUsed() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("dev.cenote.pool.internal.."))
                .check(CLASSES);
    }

    @Test
    void onlyWhatANameStandsForIsFoundByReflection() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Classes")
                .and()
                .doNotHaveSimpleName("Sessions")
                .should()
                .dependOnClassesThat(resideInAPackage("java.lang.reflect"))
                .check(CLASSES);
    }
}
