package dev.cenote.pool;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public API of a module is what its {@code public-api.txt} says. {@code -Dcenote.api.write=true} writes it anew, for the review. */
public final class PublicApi {

    private static final Path COMMITTED = Path.of("public-api.txt");

    private PublicApi() {}

    /** Of the module whose tests run, which exports those packages. */
    public static void check(String... exported) throws IOException, ClassNotFoundException {
        List<String> lines = new ArrayList<>();
        for (String name : exported) {
            lines.addAll(describe(name));
        }
        String api = String.join("\n", lines) + "\n";
        if (Boolean.getBoolean("cenote.api.write")) {
            Files.writeString(COMMITTED, api);
        }
        assertThat(api).isEqualTo(Files.readString(COMMITTED));
    }

    /** The jar is a bundle that exports just these packages, and that starts without the annotations. */
    public static void checkBundle(String... exported) throws IOException {
        Attributes headers;
        try (InputStream in = Files.newInputStream(Path.of("target/bundle/MANIFEST.MF"))) {
            headers = new Manifest(in).getMainAttributes();
        }
        assertThat(headers.getValue("Bundle-SymbolicName")).startsWith("dev.cenote-");
        assertThat(headers.getValue("Bundle-Version")).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(clauses(headers.getValue("Export-Package")).map(clause -> clause.replaceAll(";.*", "")))
                .containsExactlyInAnyOrder(exported);
        assertThat(clauses(headers.getValue("Import-Package")).filter(clause -> clause.startsWith("org.jspecify")))
                .singleElement(as(STRING))
                .contains("resolution:=optional");
    }

    /** The commas within quotes are of lists of packages and of ranges. */
    private static Stream<String> clauses(String header) {
        return Stream.of(header.replaceAll("\"[^\"]*\"", "").split(","));
    }

    private static List<String> describe(String exported) throws IOException, ClassNotFoundException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("target/classes", exported.split("\\.")))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .map(name -> exported + "." + name.replace(".class", ""))
                    .sorted()
                    .toList();
            for (String name : names) {
                Class<?> type = Class.forName(name);
                if (Modifier.isPublic(type.getModifiers())) {
                    lines.add(heading(type));
                    lines.addAll(members(type));
                }
            }
        }
        return lines;
    }

    /** Not {@link Class#toGenericString}, which says more on newer JDKs. */
    private static String heading(Class<?> type) {
        String kind = type.isRecord() ? "record" : type.isEnum() ? "enum" : type.isInterface() ? "interface" : "class";
        String parameters = Stream.of(type.getTypeParameters())
                .map(Object::toString)
                .collect(Collectors.joining(",", "<", ">"))
                .replace("<>", "");
        String parents = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Stream.of(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        return (type.isSealed() ? "sealed " : "") + Modifier.toString(type.getModifiers() & ~Modifier.STATIC) + " "
                + kind + " " + type.getName() + parameters + " : " + parents;
    }

    private static List<String> members(Class<?> type) {
        List<String> members = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
                members.add("    " + field.toGenericString());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic()) {
                members.add("    " + constructor.toGenericString());
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method.getModifiers()) && !method.isSynthetic()) {
                members.add("    " + method.toGenericString());
            }
        }
        Collections.sort(members);
        return members;
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }
}
