package dev.cenote.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What makes answers worth less: what is wrong with this recording or its replay, and what is assumed of each.
 *
 * @param recording what was replayed
 * @param recorded what its callers saw
 * @param answers what the replays say
 */
record Caveats(Recording recording, Outcome recorded, List<Answer> answers) {

    private static final double TRUE_ENOUGH = 1.5;
    private static final Duration SHORT = Duration.ofMillis(1); // waits that are shorter are the scheduler's
    private static final int FEW = 10; // time-outs
    private static final double FULL = 0.95; // of the time
    private static final String NO_MORE = "Trust other sizes no more than that.";

    /** Of this recording. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (recording.lost() > 0) {
            notes.add(recording.lost()
                    + " events are not in the recording: callers were faster than the thread that wrote"
                    + " it. Record one part of the time in ten.");
        }
        if (!recording.isComplete()) {
            notes.add("The recording has no end; what is in it was used.");
        }
        if (recorded.calls() < 1_000) {
            notes.add("There are only " + recorded.calls() + " calls: percentiles near 99 % rest on few of them.");
        }
        if (recorded.utilisation() > FULL) {
            notes.add(format(
                    "The recorded objects were leased %.0f %% of the time. If callers each waited for their own turn, more"
                            + " objects would have let them come more often: larger sizes look better than they are.",
                    100 * recorded.utilisation()));
        }
        if (answers.stream().anyMatch(answer -> !answer.settings().fairness().isStrict())) {
            notes.add("Threads that overtake are not simulated: callers are served as they came, in every order of the"
                    + " queue. So orders are not compared here.");
        }
        replayed().ifPresent(replayed -> compare(replayed, notes));
        return notes;
    }

    /** The replay sees what was recorded, if its model is true of this pool. */
    private void compare(Outcome replayed, List<String> notes) {
        boolean areWaitsShort =
                replayed.p99().compareTo(SHORT) <= 0 && recorded.p99().compareTo(SHORT) <= 0;
        if (!areWaitsShort && !isNear(replayed.p99().toNanos(), recorded.p99().toNanos())) {
            notes.add(format(
                    "At the recorded size %d callers waited %s (p99), and %s in the replay. %s",
                    recorded.size(), TimeSpans.text(recorded.p99()), TimeSpans.text(replayed.p99()), NO_MORE));
        }
        boolean areTimeoutsFew = Math.max(replayed.timeouts(), recorded.timeouts()) <= FEW;
        if (!areTimeoutsFew && !isNear(replayed.timeouts(), recorded.timeouts())) {
            notes.add(format(
                    "At the recorded size %d the time of %d callers was up, and of %d in the replay. %s",
                    recorded.size(), recorded.timeouts(), replayed.timeouts(), NO_MORE));
        }
    }

    private static boolean isNear(double one, double other) {
        return Math.max(1, one) <= TRUE_ENOUGH * Math.max(1, other)
                && Math.max(1, other) <= TRUE_ENOUGH * Math.max(1, one);
    }

    /** The replay of the recorded pool; empty if only other settings were tried. */
    private Optional<Outcome> replayed() {
        return answers.stream()
                .filter(answer -> answer.settings().areThoseOf(recording))
                .flatMap(answer -> answer.points().stream())
                .filter(point -> point.size() == recorded.size())
                .map(Answer.Point::assumed)
                .findFirst();
    }

    /** Of every recording. */
    List<String> limits() {
        List<String> limits = new ArrayList<>();
        limits.add(
                "Callers come when they came in the recording, however long others wait: neither later since an earlier"
                        + " call of theirs was slow, nor sooner since it was fast.");
        limits.add("All objects of the pool exist when the first caller comes.");
        long validations = recording.creates().validations();
        limits.add("Validations take no time, and a thread that is woken runs at once."
                + (validations == 0
                        ? ""
                        : format(
                                " In the recording there were %d validations, which took %s on average.",
                                validations, TimeSpans.text(recording.creates().meanValidation()))));
        if (recording.creates().made() == 0) {
            limits.add("No object was made in the recording; --create-time says how long that takes.");
        }
        return limits;
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
