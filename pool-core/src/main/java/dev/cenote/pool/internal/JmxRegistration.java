package dev.cenote.pool.internal;

import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.run.Help;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a pool an MBean of the platform's server. It is loaded only for a pool that wants that, since the runtime may have no JMX. */
final class JmxRegistration {

    private static final Logger LOG = LoggerFactory.getLogger(JmxRegistration.class);

    private JmxRegistration() {}

    /**
     * Registers a pool.
     *
     * @return unregisters it; may be run more than once
     */
    static Runnable register(Pool<?> pool) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName taken = register(server, pool.config().name(), new ManagedPool(pool));
        AtomicBoolean isDone = new AtomicBoolean();
        return () -> {
            if (!isDone.getAndSet(true)) {
                unregister(server, taken);
            }
        };
    }

    private static ObjectName register(MBeanServer server, String name, ManagedPool bean) {
        try {
            for (int instance = 1; ; instance++) {
                ObjectName wanted = new ObjectName("dev.cenote.pool:type=Pool,name=" + plainOrQuoted(name)
                        + (instance == 1 ? "" : ",instance=" + instance));
                try {
                    return server.registerMBean(bean, wanted).getObjectName();
                } catch (InstanceAlreadyExistsException another) {
                    LOG.debug("Pool '{}': {} is another pool's", name, wanted);
                }
            }
        } catch (JMException e) {
            throw new IllegalStateException("pool '" + name + "' could not be registered with JMX", e);
        }
    }

    private static String plainOrQuoted(String name) {
        return name.matches("[\\w .@/+-]+") ? name : ObjectName.quote(name);
    }

    private static void unregister(MBeanServer server, ObjectName taken) {
        try {
            server.unregisterMBean(taken);
        } catch (InstanceNotFoundException gone) {
            LOG.debug("{} was unregistered by somebody else", taken);
        } catch (JMException e) {
            LOG.warn("{} could not be unregistered" + Help.on("jmx"), taken, e);
        }
    }
}
