package dev.cenote.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Keeps passwords out of raw results and reports. */
final class Secrets {

    private static final String MASK = "***";
    private static final String PASSWORD = "--password";
    private static final Pattern PROPERTY =
            Pattern.compile("(?i)((?:password|passwd|pwd|secret|token)\\w*=)[^&;,)\\s]*");
    /** {@code //user:password@host}, and Oracle's {@code thin:user/password@host}. */
    private static final Pattern BEFORE_HOST = Pattern.compile("(//[^/:@?;]*:)[^/?;]*@|(thin:[^/:@]*/).*@");

    private Secrets() {}

    static String masked(String url) {
        String masked = PROPERTY.matcher(url).replaceAll("$1" + MASK);
        return BEFORE_HOST.matcher(masked).replaceAll("$1$2" + MASK + "@");
    }

    /** The command as one could type it again, without passwords. */
    static String masked(String command, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of(command));
        boolean isPassword = false;
        for (String argument : arguments) {
            if (isPassword && !argument.startsWith("-")) {
                words.add(MASK);
            } else {
                words.add(argument.startsWith(PASSWORD + "=") ? PASSWORD + "=" + MASK : quoted(masked(argument)));
            }
            isPassword = argument.equals(PASSWORD);
        }
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return word.matches("[\\w.,:/=+@%*-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
