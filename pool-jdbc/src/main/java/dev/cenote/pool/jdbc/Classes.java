package dev.cenote.pool.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

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

    /** Calls the setter of a property whose value is a text, a number or a flag. The value is not told: it may be a secret. */
    static void set(Object bean, String property, String value) {
        if (property.isEmpty()) {
            throw new IllegalArgumentException("dataSource. must be followed by the name of a property, but was not");
        }
        String setter = "set" + Character.toUpperCase(property.charAt(0)) + property.substring(1);
        for (Method method : bean.getClass().getMethods()) {
            if (method.getName().equals(setter) && method.getParameterCount() == 1) {
                try {
                    Class<?> type = method.getParameterTypes()[0];
                    if (type == String.class) {
                        method.invoke(bean, value);
                    } else if (type == int.class || type == Integer.class) {
                        method.invoke(bean, Integer.parseInt(value));
                    } else if (type == long.class || type == Long.class) {
                        method.invoke(bean, Long.parseLong(value));
                    } else if (type == boolean.class || type == Boolean.class) {
                        method.invoke(bean, NamedSettings.flag(value.trim()));
                    } else {
                        continue;
                    }
                    return;
                } catch (ReflectiveOperationException | IllegalArgumentException e) {
                    Throwable cause = e instanceof InvocationTargetException thrown ? thrown.getTargetException() : e;
                    throw new IllegalArgumentException("the value of " + property + " does not fit "
                            + bean.getClass().getName() + ": "
                            + cause.getClass().getName());
                }
            }
        }
        throw new IllegalArgumentException(
                bean.getClass().getName() + " has no property " + property + " that is a text, a number or a flag");
    }
}
