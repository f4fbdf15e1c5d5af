package dev.cenote.pool.jdbc;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.regex.Pattern;

/** Settings of the data source within the URL of its driver: see {@link PooledDataSourceBuilder#url}. */
final class UrlSettings {

    private static final Pattern SETTING = Pattern.compile("(?<=[?&;])cenote\\.([^=?&;]*)=?([^&;]*)(?:[&;]|$)");

    private UrlSettings() {}

    static Properties of(String url) {
        Properties settings = new Properties();
        SETTING.matcher(url).results().forEach(setting -> {
            String name = decoded(setting.group(1));
            if (NamedSettings.plain(name).equals("url")) {
                throw new IllegalArgumentException("cenote.url must not be within a url, but was");
            }
            if (settings.setProperty(name, decoded(setting.group(2))) != null) {
                throw new IllegalArgumentException("cenote." + name + " must be once within a url, but was twice");
            }
        });
        return settings;
    }

    /** The URL for the driver. */
    static String removed(String url) {
        String removed = SETTING.matcher(url).replaceAll("");
        return removed.length() < url.length() ? removed.replaceFirst("[?&;]$", "") : url;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a cenote setting within the url is not encoded as it should be", e);
        }
    }
}
