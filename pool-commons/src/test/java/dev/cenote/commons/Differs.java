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

    /** Takes the failures that are listed as what is expected. */
    class Listed implements TestExecutionExceptionHandler, AfterEachCallback {

        private static final Path PAGE = Path.of("../docs/migrating-from-commons-pool2.md");

        private boolean hasFailed;

        private static boolean isListed(ExtensionContext context) {
            return Arrays.asList(context.getRequiredTestClass()
                            .getAnnotation(Differs.class)
                            .value())
                    .contains(context.getRequiredTestMethod().getName());
        }

        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            if (!isListed(context)) {
                throw failure;
            }
            hasFailed = true;
        }

        @Override
        public void afterEach(ExtensionContext context) throws Exception {
            String test = context.getRequiredTestMethod().getName();
            if (isListed(context)) {
                assertThat(hasFailed).as(test + " still differs").isTrue();
                assertThat(Files.readString(PAGE)).as("the reason of " + test).contains("`" + test + "`");
                hasFailed = false;
            }
        }
    }
}
