package dev.cenote.pool.jdbc.internal;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a wrapper: its superclass {@code Delegating…} is written by the annotation processor. */
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.TYPE)
@interface Delegates {

    /** The interface whose methods are delegated, but for those that the wrapper declares. */
    Class<?> to();

    /** The superclass of what is written. */
    Class<?> over();
}
