package dev.cenote.pool.internal;

import java.util.List;
import java.util.SortedSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.vm.VMSupport;

/**
 * jcstress in one JVM configuration, the last of those that there are: where biased locking exists, all would run twice,
 * with and without it, which says nothing of what is written here.
 */
final class ShortForm extends JCStress {

    private ShortForm(Options options) {
        super(options);
    }

    @Override
    public SortedSet<String> getTests() {
        List<VMSupport.Config> found = VMSupport.getAvailableVMConfigs();
        if (found.size() > 1) {
            found.subList(0, found.size() - 1).clear();
        }
        return super.getTests();
    }

    public static void main(String[] args) throws Exception {
        Options options = new Options(args);
        if (!options.parse()) {
            System.exit(1);
        }
        new ShortForm(options).run();
    }
}
