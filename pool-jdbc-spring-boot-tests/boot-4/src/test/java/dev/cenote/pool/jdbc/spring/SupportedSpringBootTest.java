package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.DefaultResourceLoader;

/** The wrong Spring Boot is told in one line. */
@ExtendWith(OutputCaptureExtension.class)
class SupportedSpringBootTest {

    @Test
    void theseTestsRunWithTheVersionThatTheyAreMeantFor() {
        assertThat(SpringBootVersion.getVersion()).isEqualTo(System.getProperty("spring-boot.version"));
    }

    @Test
    void versions3Point5AndAllOf4AreTaken() {
        assertThatCode(() -> OnSupportedSpringBoot.check("3.5.7", true, false)).doesNotThrowAnyException();
        assertThatCode(() -> OnSupportedSpringBoot.check("4.0.7", false, true)).doesNotThrowAnyException();
        assertThatCode(() -> OnSupportedSpringBoot.check("4.1.0", false, true)).doesNotThrowAnyException();
    }

    @Test
    void olderOnesAreRefusedInOneLine() {
        for (String version : new String[] {"2.7.18", "3.0.0", "3.4.13"}) {
            assertThatThrownBy(() -> OnSupportedSpringBoot.check(version, true, false))
                    .hasMessage(
                            "cenote-spring-boot-starter needs Spring Boot 3.5 or 4: Spring Boot is " + version + ".");
        }
    }

    @Test
    void aMixtureOfTwoVersionsIsNamed() {
        assertThatThrownBy(() -> OnSupportedSpringBoot.check("3.5.7", true, true))
                .hasMessageContaining("Spring Boot is 3.5.7, but spring-boot-jdbc of Spring Boot 4");
        assertThatThrownBy(() -> OnSupportedSpringBoot.check("4.0.7", true, true))
                .hasMessageContaining("spring-boot-autoconfigure of Spring Boot 3");
        assertThatThrownBy(() -> OnSupportedSpringBoot.check("4.0.7", false, false))
                .hasMessageContaining("its JDBC support is not on the class path");
    }

    /** As if a jar of the other Spring Boot were there, too. */
    private static final class Mixture extends ClassLoader {

        private final String ofTheOther;

        Mixture(String ofTheOther) {
            super(SupportedSpringBootTest.class.getClassLoader());
            this.ofTheOther = ofTheOther;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.equals(ofTheOther)) {
                throw new ClassNotFoundException(name);
            }
            ClassWriter writer = new ClassWriter(0);
            writer.visit(
                    Opcodes.V17, Opcodes.ACC_PUBLIC, name.replace('.', '/'), null, "java/lang/Object", new String[0]);
            byte[] bytes = writer.toByteArray();
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    @Test
    void anApplicationWithAMixtureDoesNotStartAndIsToldWhyAndWhatToDo(CapturedOutput output) {
        boolean is3 = SpringBootVersion.getVersion().startsWith("3");
        SpringApplication application = new SpringApplication(
                new DefaultResourceLoader(new Mixture(
                        is3 ? OnSupportedSpringBoot.PROPERTIES_OF_4 : OnSupportedSpringBoot.PROPERTIES_OF_3)),
                Application.class);
        assertThatThrownBy(application::run).hasRootCauseInstanceOf(UnsupportedSpringBootException.class);
        assertThat(output.getAll())
                .contains("APPLICATION FAILED TO START")
                .contains("cenote-spring-boot-starter needs Spring Boot 3.5 or 4: Spring Boot is "
                        + SpringBootVersion.getVersion() + ", but")
                .contains(is3 ? "Remove org.springframework.boot:spring-boot-jdbc" : "Take org.springframework.boot");
    }
}
