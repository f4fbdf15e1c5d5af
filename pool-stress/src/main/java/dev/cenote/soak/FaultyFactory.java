package dev.cenote.soak;

import dev.cenote.pool.Factory;
import java.util.concurrent.ThreadLocalRandom;

/** Makes and destroys things, and keeps the ledger; fails, hangs and dawdles now and then. */
final class FaultyFactory implements Factory<Thing> {

    private final Ledger ledger;
    private final Faults faults;
    private final Settings settings;

    FaultyFactory(Ledger ledger, Faults faults, Settings settings) {
        this.ledger = ledger;
        this.faults = faults;
        this.settings = settings;
    }

    @Override
    public Thing create() throws Exception {
        Place place = ledger.createBegins();
        boolean isMade = false;
        Worker caller = Worker.userCodeBegins();
        try {
            if (faults.isHangingAll("create")) {
                faults.hang("create", Settings.CREATE_TIMEOUT.toNanos());
            } else if (faults.isDue()) {
                switch (ThreadLocalRandom.current().nextInt(6)) {
                    case 0 -> faults.hang("create", Settings.CREATE_TIMEOUT.toNanos());
                    case 1 -> faults.beSlow("create");
                    case 2 -> {
                        faults.tally.count("create returns null");
                        return null;
                    }
                    default -> faults.raise("create");
                }
            }
            isMade = true;
        } finally {
            Worker.userCodeEnds(caller);
            if (!isMade) {
                ledger.createFailed(place);
            }
        }
        return ledger.created(place);
    }

    @Override
    public void destroy(Thing thing) throws Exception {
        ledger.destroyBegins(thing);
        Worker caller = Worker.userCodeBegins();
        try {
            if (faults.isHangingAll("destroy")) {
                faults.hang("destroy", Settings.DESTROY_TIMEOUT.toNanos());
            } else if (faults.isDue()) {
                switch (ThreadLocalRandom.current().nextInt(4)) {
                    case 0 -> faults.hang("destroy", Settings.DESTROY_TIMEOUT.toNanos());
                    case 1 -> faults.beSlow("destroy");
                    default -> faults.raise("destroy");
                }
            }
        } finally {
            Worker.userCodeEnds(caller);
            ledger.destroyed(thing);
        }
    }

    @Override
    public void abort(Thing thing) throws Exception {
        if (faults.isDue()) {
            faults.raise("abort");
        }
    }

    @Override
    public boolean resets() {
        return settings.resets();
    }

    @Override
    public void reset(Thing thing) throws Exception {
        ledger.begun.increment();
        if (faults.isDue()) {
            faults.raise("reset");
        }
    }

    /** Rejects, fails and hangs now and then. Nobody else may have the thing meanwhile. */
    boolean isValid(Thing thing) throws Exception {
        ledger.validationBegins(settings);
        thing.take(Thing.VALIDATOR);
        Worker caller = Worker.userCodeBegins();
        try {
            if (faults.isHangingAll("validator")) {
                faults.hangInValidator(Settings.VALIDATION_TIMEOUT.toNanos());
                return faults.coin();
            }
            if (!faults.isDue()) {
                return true;
            }
            switch (ThreadLocalRandom.current().nextInt(4)) {
                case 0 -> faults.hangInValidator(Settings.VALIDATION_TIMEOUT.toNanos());
                case 1 -> faults.beSlow("validator");
                case 2 -> {
                    faults.tally.count("validator rejects");
                    return false;
                }
                default -> faults.raise("validator");
            }
            return true;
        } finally {
            Worker.userCodeEnds(caller);
            thing.endValidation();
            ledger.validationEnds();
        }
    }
}
