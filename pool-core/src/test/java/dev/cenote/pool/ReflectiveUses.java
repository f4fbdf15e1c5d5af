package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a module does by reflection, method handles, resources, proxies, services, serialization or native libraries: all that a
 * native image has to be told of unless it can see it. Each use is listed, with what the jar says of it in {@code
 * META-INF/native-image}, or why it need not.
 */
public final class ReflectiveUses {

    private static final Map<String, String> USES = Map.of(
            "java.lang.Class",
                    "forName|(get|getDeclared)(Method|Field|Constructor|Classe)s?|getResource.*|getRecordComponents",
            "java.lang.ClassLoader", "loadClass|getResource.*|getSystemResource.*",
            "java.lang.invoke.MethodHandles$Lookup", "find.*|unreflect.*|defineClass|defineHiddenClass",
            "java.lang.reflect.Array", "newInstance",
            "java.lang.reflect.Constructor", "newInstance",
            "java.lang.reflect.Proxy", ".*",
            "java.util.ServiceLoader", ".*",
            "java.util.ResourceBundle", ".*",
            "java.io.ObjectInputStream", ".*",
            "java.lang.System", "load|loadLibrary");

    private ReflectiveUses() {}

    /**
     * Of the module whose tests run.
     *
     * @param artifact its name
     * @param expected each use, {@code Class -> Class.method}, and what is known of it; where the text is a member, of that
     *     class ({@code .word}) or of another one of the pool's ({@code dev.cenote.Other.word}), the jar must declare it
     * @param resources the files of the jar that those uses read, which it must declare, too
     */
    public static void check(String artifact, Map<String, String> expected, String... resources) throws Exception {
        assertThat(uses()).isEqualTo(new TreeSet<>(expected.keySet()));
        assertThat(declared(artifact))
                .isEqualTo(expected.entrySet().stream()
                        .filter(use -> use.getValue().matches("(dev\\.cenote)?\\.\\S+"))
                        .map(use -> use.getValue().startsWith(".")
                                ? use.getKey().replaceAll(" -> .*", "") + use.getValue()
                                : use.getValue())
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(resources)
                .allSatisfy(it -> assertThat(Path.of("target/classes", it)).isRegularFile());
        assertThat(declaredResources(artifact)).containsExactlyInAnyOrder(resources);
    }

    private static Set<String> uses() {
        Set<String> uses = new TreeSet<>();
        for (JavaClass type : new ClassFileImporter().importPath(Path.of("target/classes"))) {
            Stream.of(
                            type.getMethodCallsFromSelf(),
                            type.getConstructorCallsFromSelf(),
                            type.getMethodReferencesFromSelf())
                    .<JavaAccess<?>>flatMap(Set::stream)
                    .filter(access -> access.getName()
                            .matches(USES.getOrDefault(access.getTargetOwner().getName(), "")))
                    .forEach(access -> uses.add(type.getName() + " -> "
                            + access.getTargetOwner().getSimpleName() + "." + access.getName()));
        }
        return uses;
    }

    /** What the jar declares, which has to exist. */
    private static Set<String> declared(String artifact) throws IOException, ClassNotFoundException {
        Path file = configuration(artifact, "reflect-config.json");
        Set<String> declared = new TreeSet<>();
        if (Files.exists(file)) {
            Matcher names = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]+)\"").matcher(Files.readString(file));
            Class<?> type = null;
            while (names.find()) {
                String name = names.group(1);
                if (name.contains(".")) {
                    type = Class.forName(name);
                } else {
                    assertThat(membersOf(type)).contains(name);
                    declared.add(type.getName() + "." + name);
                }
            }
        }
        return declared;
    }

    private static List<String> declaredResources(String artifact) throws IOException {
        Path file = configuration(artifact, "resource-config.json");
        if (!Files.exists(file)) {
            return List.of();
        }
        return Pattern.compile("\"pattern\"\\s*:\\s*\"\\\\\\\\Q(.+?)\\\\\\\\E\"")
                .matcher(Files.readString(file))
                .results()
                .map(pattern -> pattern.group(1))
                .toList();
    }

    private static Path configuration(String artifact, String name) {
        return Path.of("target/classes/META-INF/native-image/dev.cenote", artifact, name);
    }

    private static Set<String> membersOf(Class<?> type) {
        return Stream.concat(
                        Stream.of(type.getDeclaredMethods()).map(Method::getName),
                        Stream.of(type.getDeclaredFields()).map(Field::getName))
                .collect(Collectors.toSet());
    }
}
