package dev.cenote.pool.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Classes and setters that a text names. */
final class Classes {

    private Classes() {}

    /** A new object of a class, which the thread's context class loader knows or this library's. */
    static <T> T make(String setting, String name, Class<T> type) {
        try {
            Object made = found(name).getConstructor().newInstance();
            if (type.isInstance(made)) {
                return type.cast(made);
            }
            throw new IllegalArgumentException(setting + " must name a " + type.getName() + ", but was " + name);
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
                return Class.forName(name, true, context);
            } catch (ClassNotFoundException e) {
                // then it may be where this library is
            }
        }
        return Class.forName(name);
    }

    /** Calls the setter of a property whose value is a text, a number or a flag. The value is not told: it may be a secret. */
    static void set(Object bean, String property, String value) {
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
                        method.invoke(bean, Boolean.parseBoolean(value));
                    } else {
                        continue;
                    }
                    return;
                } catch (ReflectiveOperationException | NumberFormatException e) {
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
