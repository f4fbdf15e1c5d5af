package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.Tree.Kind;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Each public type and each public method of a module says since which version it is there. {@code -Dcenote.since=0.9.0} writes that
 * version where there is none.
 */
public final class Since {

    private Since() {}

    /** Of the module whose tests run, which exports those packages. */
    public static void check(String... exported) throws IOException {
        List<String> missing = new ArrayList<>();
        for (String name : exported) {
            missing.addAll(unsaid(Path.of("src/main/java", name.split("\\."))));
        }
        assertThat(missing).isEmpty();
    }

    private static List<String> unsaid(Path folder) throws IOException {
        String version = System.getProperty("cenote.since");
        List<String> missing = new ArrayList<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> sources = Files.list(folder)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    files,
                    null,
                    null,
                    null,
                    files.getJavaFileObjectsFromPaths(
                            sources.filter(it -> it.toString().endsWith(".java"))
                                    .filter(it -> !it.endsWith("package-info.java"))
                                    .toList()));
            for (CompilationUnitTree unit : task.parse()) {
                Unsaid unsaid = new Unsaid(DocTrees.instance(task), unit);
                unsaid.scan(unit, null);
                if (version != null) {
                    write(Path.of(unit.getSourceFile().toUri()), unsaid.found, version);
                } else {
                    unsaid.found.forEach(it -> missing.add(unit.getSourceFile().getName() + ": " + it.name));
                }
            }
        }
        return missing;
    }

    private record Declaration(String name, int at) {}

    /** Puts the tag at the end of the comment before each declaration, the last one first. */
    private static void write(Path file, List<Declaration> declarations, String version) throws IOException {
        StringBuilder source = new StringBuilder(Files.readString(file));
        declarations.sort(Comparator.comparingInt(Declaration::at).reversed());
        for (Declaration declaration : declarations) {
            int begin = source.lastIndexOf("/**", declaration.at);
            int end = source.indexOf("*/", begin);
            String comment = source.substring(begin, end);
            String margin = " ".repeat(begin - source.lastIndexOf("\n", begin) - 1);
            String since = margin + " * @since " + version + "\n" + margin + " ";
            String text = comment.stripTrailing();
            if (!comment.contains("\n")) {
                text = "/**\n" + margin + " * "
                        + comment.substring("/**".length()).strip();
            }
            String between = text.lines().skip(1).anyMatch(line -> line.strip().startsWith("* @"))
                    ? "\n"
                    : "\n" + margin + " *\n";
            source.replace(begin, end, text + between + since);
        }
        Files.writeString(file, source);
    }

    private static final class Unsaid extends TreePathScanner<Void, Void> {

        private final DocTrees trees;
        private final CompilationUnitTree unit;
        private final List<Declaration> found = new ArrayList<>();

        Unsaid(DocTrees trees, CompilationUnitTree unit) {
            this.trees = trees;
            this.unit = unit;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            if (isPublic(type.getModifiers())) {
                check(type, type.getSimpleName().toString());
                return super.visitClass(type, nothing);
            }
            return null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            if (isPublic(method.getModifiers())) {
                check(method, method.getName().toString());
            }
            return null;
        }

        /** Members of an interface are public unless they say otherwise. */
        private boolean isPublic(ModifiersTree modifiers) {
            Tree around = getCurrentPath().getParentPath().getLeaf();
            return modifiers.getFlags().contains(Modifier.PUBLIC)
                    || modifiers.getFlags().contains(Modifier.PROTECTED)
                    || around.getKind() == Kind.INTERFACE
                            && !modifiers.getFlags().contains(Modifier.PRIVATE);
        }

        private void check(Tree tree, String name) {
            String comment = trees.getDocComment(getCurrentPath());
            // What overrides, and has no comment of its own, is described where it comes from.
            if (comment != null && !comment.contains("@since ")) {
                found.add(new Declaration(name, (int) trees.getSourcePositions().getStartPosition(unit, tree)));
            }
        }
    }
}
