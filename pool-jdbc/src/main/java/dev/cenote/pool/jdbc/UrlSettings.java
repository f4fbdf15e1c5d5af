package dev.cenote.pool.jdbc;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Settings of the data source within the URL of its driver: see {@link PooledDataSourceBuilder#url}. */
final class UrlSettings {

    /** What begins with a semicolon ends with one, and the rest with an ampersand: the other one may be in a value. */
    private static final Pattern SETTING =
            Pattern.compile("(?<=[?&])cenote\\.([^=&]*)=?([^&]*)(&|$)|(?<=;)cenote\\.([^=;]*)=?([^;]*)(;|$)");

    private static final int NAME = 1;
    private static final int VALUE = 2;
    private static final int END = 3;

    private UrlSettings() {}

    static Properties of(String url) {
        Properties settings = new Properties();
        Set<String> names = new HashSet<>();
        SETTING.matcher(url).results().forEach(setting -> {
            String name = decoded("the name of a setting", part(setting, NAME));
            if (NamedSettings.plain(name).equals("url")) {
                throw new IllegalArgumentException("cenote.url must not be within a url, but was");
            }
            if (!names.add(NamedSettings.plain(name))) {
                throw new IllegalArgumentException("cenote." + name + " must be once within a url, but was twice");
            }
            settings.setProperty(name, decoded("cenote." + name, part(setting, VALUE)));
        });
        return settings;
    }

    /** The URL for the driver. */
    static String removed(String url) {
        StringBuilder removed = new StringBuilder();
        Matcher setting = SETTING.matcher(url);
        boolean isLast = false;
        while (setting.find()) {
            setting.appendReplacement(removed, "");
            isLast = part(setting.toMatchResult(), END).isEmpty();
        }
        if (isLast) {
            removed.setLength(removed.length() - 1); // what began it
        }
        return setting.appendTail(removed).toString();
    }

    private static String part(MatchResult setting, int part) {
        return setting.group(setting.group(part) != null ? part : part + END);
    }

    /** The value is not told: it may be a secret. */
    private static String decoded(String what, String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + " within a url must be encoded as in a web form, but was not");
        }
    }
}
