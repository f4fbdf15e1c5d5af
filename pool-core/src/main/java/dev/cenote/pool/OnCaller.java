package dev.cenote.pool;

/** A validator that is cheap and local ({@link Validator#onCaller}). */
record OnCaller<T>(Validator<T> validator) implements Validator<T> {

    @Override
    public boolean isValid(T object) throws Exception {
        return validator.isValid(object);
    }

    @Override
    public boolean runsOnCaller() {
        return true;
    }
}
