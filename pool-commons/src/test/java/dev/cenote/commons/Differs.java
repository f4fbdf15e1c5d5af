package dev.cenote.commons;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** The tests of a foreign suite that fail, each with its reason in the page for those who migrate. Another one must pass. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Differs.Listed.class)
@interface Differs {

    String[] value();

    /** Those that look at once for what a thread of the pool does a moment later. They may pass. */
    String[] early() default {};

    /** Takes the failures that are listed as what is expected. */
    class Listed implements TestExecutionExceptionHandler, AfterEachCallback {

        private static final Path PAGE = Path.of("../docs/migrating-from-commons-pool2.md");

        private boolean hasFailed;

        private static Differs list(ExtensionContext context) {
            return context.getRequiredTestClass().getAnnotation(Differs.class);
        }

        private static boolean isIn(String[] list, ExtensionContext context) {
            return Arrays.asList(list).contains(context.getRequiredTestMethod().getName());
        }

        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            if (!isIn(list(context).value(), context) && !isIn(list(context).early(), context)) {
                throw failure;
            }
            hasFailed = true;
        }

        @Override
        public void afterEach(ExtensionContext context) throws Exception {
            String test = context.getRequiredTestMethod().getName();
            if (isIn(list(context).value(), context)) {
                assertThat(hasFailed).as(test + " still differs").isTrue();
            }
            if (hasFailed) {
                assertThat(Files.readString(PAGE)).as("the reason of " + test).contains("`" + test + "`");
                hasFailed = false;
            }
        }
    }
}
