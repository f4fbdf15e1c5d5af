package dev.cenote.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;

/**
 * The page in a real browser, where Chromium and its driver are installed (Debian's {@code chromium} and {@code chromium-driver}).
 * With {@code -Dcenote.screenshots=FOLDER} it writes what it looked like.
 */
@Timeout(180)
class BrowserTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** After so long without an answer it is time to press again. */
    private static final Duration LOST = Duration.ofSeconds(5);

    private final AtomicBoolean fails = new AtomicBoolean();
    private final Pool<Object> pool = Pool.builder(() -> {
                if (fails.get()) {
                    throw new IllegalStateException("no server");
                }
                return new Object();
            })
            .name("orders")
            .maxSize(8)
            .minIdle(2)
            .acquireTimeout(Duration.ofMillis(500))
            .failFastAfter(Duration.ofMillis(500))
            .build();
    private final CountDownLatch end = new CountDownLatch(1);
    private Console console;
    private ChromeDriver browser;

    @BeforeEach
    void open() {
        Optional<File> chromium = find("chromium", "chromium-browser", "google-chrome");
        Optional<File> driver = find("chromedriver");
        assumeTrue(
                chromium.isPresent() && driver.isPresent(),
                "no browser: install Chromium and its driver (Debian: chromium, chromium-driver) for this test");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow());
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars");
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driver.orElseThrow())
                        .build(),
                options);
        console = Console.builder(pool).operations(true).open();
        look("light", 1_400, 1_250);
        browser.get(console.uri().toString());
    }

    @AfterEach
    void close() {
        end.countDown();
        if (browser != null) {
            browser.quit();
            console.close();
        }
        pool.shutdown(Duration.ZERO).join();
    }

    private static Optional<File> find(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(folder -> new File(folder, name)))
                .filter(File::canExecute)
                .findFirst();
    }

    private void look(String scheme, int width, int height) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    private void photograph(String name) throws IOException {
        String folder = System.getProperty("cenote.screenshots", "");
        if (!folder.isEmpty()) {
            Files.write(Path.of(folder, name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        }
    }

    private WebElement at(String css) {
        return browser.findElement(By.cssSelector(css));
    }

    private void until(String css, String text) {
        until("no '" + text + "' in " + css, () -> at(css).getText().contains(text));
    }

    private static void until(String otherwise, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!isSeen(condition)) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as(otherwise)
                    .isLessThan(PATIENCE);
            LockSupport.parkNanos(50_000_000);
        }
    }

    /** Not yet, where a tick of the page replaced the element between finding and using it, or a dialog covers it. */
    private static boolean isSeen(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (StaleElementReferenceException | ElementNotInteractableException e) {
            return false;
        }
    }

    private void click(String css) {
        until("no click on " + css, () -> {
            at(css).click();
            return true;
        });
    }

    /** Presses again where a tick of the page replaced what was pressed, but not into the open dialog. */
    private void untilTheStackIsShown(Runnable press) {
        until("no stack", () -> {
            if (!at("#stack").isDisplayed()) {
                press.run();
            }
            return isTheStackShownSoon();
        });
    }

    private boolean isTheStackShownSoon() {
        long start = System.nanoTime();
        boolean isShown = at("#stack").isDisplayed();
        while (!isShown && System.nanoTime() - start < LOST.toNanos()) {
            LockSupport.parkNanos(50_000_000);
            isShown = at("#stack").isDisplayed();
        }
        return isShown;
    }

    private void holdOne() throws InterruptedException {
        CountDownLatch holds = new CountDownLatch(1);
        Thread holder = new Thread(
                () -> {
                    try (Lease<Object> held = pool.acquire(Duration.ofMinutes(1))) {
                        holds.countDown();
                        runningASlowQuery();
                        assertThat(held.get()).isNotNull();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                "report-7");
        holder.setDaemon(true);
        holder.start();
        holds.await();
    }

    private void runningASlowQuery() throws InterruptedException {
        end.await();
    }

    /** Callers that come and go, so that there is something to see. */
    private void work(int threads) {
        for (int i = 0; i < threads; i++) {
            Thread worker = new Thread(
                    () -> {
                        while (end.getCount() > 0) {
                            try (Lease<Object> held = pool.acquire()) {
                                end.await(3 + held.hashCode() % 9, TimeUnit.MILLISECONDS);
                                if (fails.get()) {
                                    held.invalidate();
                                }
                            } catch (InterruptedException e) {
                                return;
                            } catch (RuntimeException refused) {
                                LockSupport.parkNanos(50_000_000);
                            }
                        }
                    },
                    "http-" + i);
            worker.setDaemon(true);
            worker.start();
        }
    }

    @Test
    void aReaderSeesWhoHoldsWhatAndTheHoldersStackByMouseAndByKeyboard() throws Exception {
        holdOne();
        until("#slots", "report-7");
        untilTheStackIsShown(() -> at("#slots tr.holder td:nth-child(2)").click());
        until("#stack-frames", "runningASlowQuery");
        assertThat(at("#stack-title").getText()).startsWith("report-7 holds slot");
        photograph("console-stack");
        at("#stack").sendKeys(Keys.ESCAPE);
        assertThat(at("#stack").isDisplayed()).isFalse();

        browser.executeScript("window.old = document.querySelector('#slots tr.holder button'); old.focus()");
        until("no tick", () -> Boolean.FALSE.equals(browser.executeScript("return old.isConnected")));
        assertThat(browser.executeScript("return document.activeElement.dataset.slot"))
                .as("the focus stays through a tick")
                .isNotNull();
        untilTheStackIsShown(() -> {
            browser.executeScript("document.querySelector('#slots tr.holder button').focus()");
            browser.switchTo().activeElement().sendKeys(Keys.ENTER);
        });
        until("#stack-frames", "runningASlowQuery");
        assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                .as("what the browser complains of")
                .isEmpty();
    }

    @Test
    void anOutageIsSeenAsItHappensInLightAndDarkAndOnAPhone() throws Exception {
        work(12);
        until("#status", "DEGRADED");
        fails.set(true);
        pool.invalidateAll();
        until("#events", "could not be made");
        until("#status", "FAILED");
        until("#events", "callers fail at once");
        fails.set(false);
        until("#events", "an object was made");
        holdOne();
        until("#slots", "report-7");
        until("#status", "DEGRADED");
        photograph("console-light");
        Object light = browser.executeScript("return getComputedStyle(document.body).backgroundColor");
        look("dark", 1_400, 1_250);
        assertThat(browser.executeScript("return getComputedStyle(document.body).backgroundColor"))
                .isNotEqualTo(light);
        photograph("console-dark");
        look("light", 390, 844);
        assertThat((Long) browser.executeScript("return document.documentElement.scrollWidth"))
                .as("nothing sticks out")
                .isLessThanOrEqualTo(390);
        photograph("console-phone");
        click("#theme");
        assertThat(browser.executeScript("return getComputedStyle(document.body).backgroundColor"))
                .as("the reader chooses, too")
                .isNotEqualTo(light);
    }

    @Test
    void anOperationIsAskedForOnceMoreAndThenRun() {
        until("#live", "live");
        click("button[data-operation=suspend]");
        assertThat(at("#confirm").isDisplayed()).isTrue();
        click("#confirm button[value=no]");
        assertThat(pool.stats().isSuspended()).isFalse();
        click("button[data-operation=suspend]");
        click("#confirm button[value=yes]");
        until("#answer", "suspended");
        until("#events", "suspended");
        assertThat(pool.stats().isSuspended()).isTrue();
        click("button[data-operation=resume]");
        until("#answer", "resumed");
        WebElement size = at("form[data-operation=resize] input[name=maxSize]");
        size.clear();
        size.sendKeys("9");
        click("form[data-operation=resize] button");
        click("#confirm button[value=yes]");
        until("#answer", "maxSize 9");
        until("#t-max", "of 9");
        assertThat(pool.config().limits().maxSize()).isEqualTo(9);
    }

    @Test
    void withoutOperationsThereAreNone() {
        try (Console closed = Console.open(pool)) {
            browser.get(closed.uri().toString());
            until("#live", "live");
            assertThat(at("#operations").getText()).contains("Off.");
            assertThat(at("#operations-on").isDisplayed()).isFalse();
        }
    }
}
