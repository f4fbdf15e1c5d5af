package dev.cenote.pool.jdbc;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Classes and setters that a text names. */
final class Classes {

    private Classes() {}

    /** A new object of a class, which the thread's context class loader knows or this library's. */
    static <T> T make(String setting, String name, Class<T> type) {
        try {
            Class<?> found = found(name); // not initialised: no code of another kind of class is run
            if (!type.isAssignableFrom(found)) {
                throw new IllegalArgumentException(setting + " must name a " + type.getName() + ", but was " + name);
            }
            return type.cast(found.getConstructor().newInstance());
        } catch (ReflectiveOperationException | LinkageError e) {
            Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
            throw new IllegalArgumentException(
                    setting + " must name a class with a public constructor without parameters, but was " + name + ": "
                            + cause,
                    cause);
        }
    }

    private static Class<?> found(String name) throws ClassNotFoundException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        if (context != null) {
            try {
                return Class.forName(name, false, context);
            } catch (ClassNotFoundException e) {
                // then it may be where this library is
            }
        }
        return Class.forName(name, false, Classes.class.getClassLoader());
    }

    /**
     * Calls the setter of a property. A text becomes what the setter takes: a number, a flag, the name of a constant, several of
     * them with commas between, or an object of the class that it names. The value is not told: it may be a secret.
     */
    static void set(Object bean, String property, Object value) {
        if (property.isEmpty()) {
            throw new IllegalArgumentException("dataSource. must be followed by the name of a property, but was not");
        }
        List<Method> setters = setters(bean, property);
        Throwable failure = null;
        for (Method setter : setters) {
            try {
                setter.invoke(bean, converted(value, setter.getParameterTypes()[0]));
                return;
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                failure = e instanceof InvocationTargetException thrown ? thrown.getTargetException() : e;
            }
        }
        throw new IllegalArgumentException(
                failure == null
                        ? bean.getClass().getName() + " has no property " + property
                        : "the value of " + property + " does not fit "
                                + bean.getClass().getName() + ": "
                                + failure.getClass().getName());
    }

    /** Those of {@code url} are {@code setUrl} and {@code setURL}; first what takes a text as it is. */
    private static List<Method> setters(Object bean, String property) {
        String name = "set" + Character.toUpperCase(property.charAt(0)) + property.substring(1);
        return Arrays.stream(bean.getClass().getMethods())
                .filter(method -> method.getParameterCount() == 1)
                .filter(method -> method.getName().equals(name)
                        || method.getName().equals("set" + property.toUpperCase(Locale.ROOT)))
                .sorted(Comparator.comparing((Method method) -> method.getParameterTypes()[0] != String.class)
                        .thenComparing(Method::toGenericString))
                .toList();
    }

    private static Object converted(Object value, Class<?> type) {
        if (type.isInstance(value)) {
            return value;
        }
        if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
            throw new IllegalArgumentException("is no text");
        }
        String text = value.toString();
        if (type == String.class) {
            return text;
        }
        if (type == char[].class) {
            return text.toCharArray();
        }
        return type.isArray() ? array(text, type.getComponentType()) : one(text.trim(), type);
    }

    private static Object array(String text, Class<?> type) {
        String[] parts = text.isBlank() ? new String[0] : text.split(",", -1);
        Object array = Array.newInstance(type, parts.length);
        for (int i = 0; i < parts.length; i++) {
            Array.set(array, i, converted(parts[i].trim(), type));
        }
        return array;
    }

    private static Object one(String text, Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return Integer.valueOf(text);
        } else if (type == long.class || type == Long.class) {
            return Long.valueOf(text);
        } else if (type == short.class || type == Short.class) {
            return Short.valueOf(text);
        } else if (type == double.class || type == Double.class) {
            return Double.valueOf(text);
        } else if (type == boolean.class || type == Boolean.class) {
            return NamedSettings.flag(text);
        } else if (type == Duration.class) {
            return NamedSettings.time(text);
        } else if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant ->
                            NamedSettings.plain(((Enum<?>) constant).name()).equals(NamedSettings.plain(text)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("is no constant"));
        } else if (type.isPrimitive()) {
            throw new IllegalArgumentException("is a " + type);
        }
        return make("the value", text, type);
    }
}
