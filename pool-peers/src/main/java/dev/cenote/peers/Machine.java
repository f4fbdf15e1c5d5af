package dev.cenote.peers;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Where something was measured.
 *
 * @param system name, version and architecture
 * @param processor its model, where the system tells it
 * @param processors how many the JVM may use
 * @param memoryBytes of the machine
 * @param load how many threads wanted a processor lately, all programs together; negative where the system does not tell
 * @param jvm name and version
 * @param jars on the class path: the versions of the pools and drivers
 */
public record Machine(
        String system, String processor, int processors, long memoryBytes, double load, String jvm, List<String> jars) {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** This one, and what is on the class path. */
    public static Machine here(String classPath) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                system.getName() + " " + system.getVersion() + ", " + system.getArch(),
                model(),
                system.getAvailableProcessors(),
                system.getTotalMemorySize(),
                system.getSystemLoadAverage(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + ", "
                        + System.getProperty("java.vendor.version", System.getProperty("java.vendor")),
                Arrays.stream(classPath.split(File.pathSeparator))
                        .map(entry -> new File(entry).getName())
                        .filter(name -> name.endsWith(".jar"))
                        .map(name -> name.substring(0, name.length() - ".jar".length()))
                        .sorted()
                        .toList());
    }

    private static String model() throws IOException {
        if (!Files.exists(PROCESSORS)) {
            return "";
        }
        return Files.readAllLines(PROCESSORS).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** In one line, without the jars. */
    public String summary() {
        return String.format(
                Locale.ROOT,
                "%s; %s, %d processors, %.0f GiB, %s, load %.1f",
                jvm,
                processor,
                processors,
                memoryBytes / (double) (1 << 30),
                system,
                load);
    }
}
