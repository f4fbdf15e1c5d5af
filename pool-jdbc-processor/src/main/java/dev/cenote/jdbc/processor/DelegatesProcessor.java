package dev.cenote.jdbc.processor;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;

/**
 * For a class {@code @Delegates(to = Statement.class, over = Parent.class) PooledStatement} writes its superclass, {@code
 * DelegatingStatement extends Parent implements Statement}, with each method that the interface declares and the class does
 * not: it calls the method on {@code delegate()}, wraps what may lead to the physical connection ({@code wrapped}), notes what may
 * reach the database by itself ({@code escaped}), hands the
 * driver its own objects ({@code bare}), passes each {@code SQLException} through {@code failed}, and times what may make a
 * round trip ({@code timed}).
 *
 * <p>It sees the interfaces as the compiled release has them, so that the JDK that builds does not matter.
 */
public final class DelegatesProcessor extends AbstractProcessor {

    private static final String ANNOTATION = "dev.cenote.pool.jdbc.internal.Delegates";
    private static final ClassName NULL_UNMARKED = ClassName.get("org.jspecify.annotations", "NullUnmarked");
    private static final TypeName SQL_EXCEPTION = ClassName.get("java.sql", "SQLException");
    private static final TypeName DRIVER_TIME = ClassName.get("dev.cenote.pool.jdbc.internal", "DriverTime");

    /** What a driver may return that leads back to the physical connection. */
    private static final Set<String> WRAPPED = Set.of(
            "java.lang.Object",
            "java.sql.Array",
            "java.sql.CallableStatement",
            "java.sql.DatabaseMetaData",
            "java.sql.PreparedStatement",
            "java.sql.ResultSet",
            "java.sql.Statement");

    /** What a driver may return that asks the database when it is used. */
    private static final Set<String> ESCAPING = Set.of(
            "java.sql.Blob",
            "java.sql.Clob",
            "java.sql.NClob",
            "java.sql.ParameterMetaData",
            "java.sql.ResultSetMetaData",
            "java.sql.SQLXML");

    /** What a caller may hand in that is one of the wrappers, or has one. */
    private static final Set<String> BARED = Set.of("java.lang.Object", "java.lang.Object[]", "java.sql.Array");

    /** What may make a round trip, beside what returns a result set. To time each column and parameter would cost more than it tells. */
    private static final Pattern ROUND_TRIPS = Pattern.compile(
            "execute\\w*|prepare\\w*|rollback|\\w*Savepoint|getMoreResults"
                    + "|next|previous|first|last|absolute|relative|beforeFirst|afterLast|(insert|update|delete|refresh)Row");

    private static final String RESULT_SET = "java.sql.ResultSet";

    /** The compiler makes it. */
    public DelegatesProcessor() {}

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of(ANNOTATION);
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        for (TypeElement annotation : annotations) {
            for (TypeElement wrapper : ElementFilter.typesIn(round.getElementsAnnotatedWith(annotation))) {
                try {
                    write(wrapper);
                } catch (IOException e) {
                    processingEnv
                            .getMessager()
                            .printMessage(Diagnostic.Kind.ERROR, "cannot write its superclass: " + e, wrapper);
                }
            }
        }
        return true;
    }

    private void write(TypeElement wrapper) throws IOException {
        TypeElement face = named(wrapper, "to");
        TypeElement parent = named(wrapper, "over");
        Set<String> handWritten = ElementFilter.methodsIn(wrapper.getEnclosedElements()).stream()
                .map(this::signature)
                .collect(Collectors.toSet());
        TypeSpec.Builder type = TypeSpec.classBuilder("Delegating" + face.getSimpleName())
                .addOriginatingElement(wrapper)
                .addJavadoc("Delegates what {@link $T} leaves to it.\n", ClassName.get(wrapper))
                .addAnnotation(NULL_UNMARKED)
                .addAnnotation(AnnotationSpec.builder(SuppressWarnings.class)
                        .addMember("value", "$S", "deprecation")
                        .build())
                .addModifiers(Modifier.ABSTRACT)
                .superclass(ClassName.get(parent))
                .addSuperinterface(ClassName.get(face))
                .addMethod(MethodSpec.methodBuilder("delegate")
                        .addModifiers(Modifier.ABSTRACT)
                        .returns(ClassName.get(face))
                        .addException(SQL_EXCEPTION)
                        .build());
        for (ExecutableElement constructor : ElementFilter.constructorsIn(parent.getEnclosedElements())) {
            type.addMethod(passingOn(constructor));
        }
        for (ExecutableElement method : ElementFilter.methodsIn(face.getEnclosedElements())) {
            if (!method.getModifiers().contains(Modifier.STATIC) && !handWritten.contains(signature(method))) {
                type.addMethod(delegating(method, face));
            }
        }
        JavaFile.builder(
                        processingEnv
                                .getElementUtils()
                                .getPackageOf(wrapper)
                                .getQualifiedName()
                                .toString(),
                        type.build())
                .skipJavaLangImports(true)
                .build()
                .writeTo(processingEnv.getFiler());
    }

    private MethodSpec delegating(ExecutableElement method, TypeElement face) {
        List<? extends TypeMirror> types = ((javax.lang.model.type.ExecutableType)
                        processingEnv.getTypeUtils().asMemberOf((DeclaredType) face.asType(), method))
                .getParameterTypes();
        MethodSpec.Builder spec =
                MethodSpec.overriding(method, (DeclaredType) face.asType(), processingEnv.getTypeUtils());
        List<ParameterSpec> parameters = spec.build().parameters();
        CodeBlock.Builder arguments = CodeBlock.builder();
        for (int i = 0; i < parameters.size(); i++) {
            String form = BARED.contains(types.get(i).toString()) ? "bare($N)" : "$N";
            arguments.add(i == 0 ? "" : ", ").add(form, parameters.get(i));
        }
        CodeBlock call = CodeBlock.of("delegate.$N($L)", method.getSimpleName().toString(), arguments.build());
        TypeMirror result = method.getReturnType();
        boolean isTimed = RESULT_SET.equals(result.toString())
                || ROUND_TRIPS.matcher(method.getSimpleName()).matches();
        spec.addStatement("$T delegate = delegate()", ClassName.get(face));
        if (isTimed) {
            spec.addStatement("$T time = timed()", DRIVER_TIME);
        }
        spec.beginControlFlow("try");
        if (result.getKind() == TypeKind.VOID) {
            spec.addStatement(call);
        } else if (result.getKind() == TypeKind.TYPEVAR) {
            spec.addStatement("return wrapped($L, $N)", call, parameters.get(parameters.size() - 1));
        } else if (WRAPPED.contains(result.toString())) {
            spec.addStatement("return wrapped($L)", call);
        } else if (ESCAPING.contains(result.toString())) {
            spec.addStatement("return escaped($L)", call);
        } else {
            spec.addStatement("return $L", call);
        }
        spec.nextControlFlow("catch ($T e)", SQL_EXCEPTION).addStatement("throw failed(e)");
        if (isTimed) {
            spec.nextControlFlow("finally").addStatement("$T.end(time)", DRIVER_TIME);
        }
        return spec.endControlFlow().build();
    }

    /** Hands on what the parent wants. */
    private static MethodSpec passingOn(ExecutableElement constructor) {
        List<ParameterSpec> parameters =
                constructor.getParameters().stream().map(ParameterSpec::get).toList();
        return MethodSpec.constructorBuilder()
                .addParameters(parameters)
                .addStatement(
                        "super($L)",
                        parameters.stream().map(ParameterSpec::name).collect(Collectors.joining(", ")))
                .build();
    }

    private TypeElement named(TypeElement wrapper, String member) {
        for (AnnotationMirror mirror : wrapper.getAnnotationMirrors()) {
            if (((TypeElement) mirror.getAnnotationType().asElement())
                    .getQualifiedName()
                    .contentEquals(ANNOTATION)) {
                for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> entry :
                        mirror.getElementValues().entrySet()) {
                    if (entry.getKey().getSimpleName().contentEquals(member)) {
                        Element named = ((DeclaredType) entry.getValue().getValue()).asElement();
                        return (TypeElement) named;
                    }
                }
            }
        }
        throw new IllegalStateException("@Delegates of " + wrapper + " names no '" + member + "'");
    }

    private String signature(ExecutableElement method) {
        return method.getSimpleName()
                + method.getParameters().stream()
                        .map(parameter -> processingEnv
                                .getTypeUtils()
                                .erasure(parameter.asType())
                                .toString())
                        .collect(Collectors.joining(",", "(", ")"));
    }
}
