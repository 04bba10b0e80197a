package org.lumenyard.jobs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lumenyard.core.Requirements;
import org.lumenyard.core.Requirements.Amount;
import org.lumenyard.core.Requirements.Attribute;
import org.lumenyard.openjd.HostRequirements;

/**
 * What a step's tasks need of their node: what the template says, and what the engine is known to.
 */
final class Needs {
    private Needs() {}

    /**
     * @param versions of Blender that will do; none when any will
     */
    static Requirements of(EngineRules engine, HostRequirements said, List<String> versions) {
        var amounts = new ArrayList<Amount>();
        for (HostRequirements.Amount amount : said.amounts()) {
            if (!Requirements.isOfLimit(amount.name())) amounts.add(amount(amount));
            else if (seats(amount).most() > 0) amounts.add(seats(amount));
        }
        if (amounts.stream().noneMatch(amount -> amount.name().equals(Requirements.VCPU))) {
            amounts.add(new Amount(Requirements.VCPU, 1, engine.cores()));
        }
        var attributes = new ArrayList<Attribute>();
        said.attributes()
                .forEach(a ->
                        attributes.add(
                                new Attribute(
                                        a.name(),
                                        new HashSet<>(a.anyOf()),
                                        new HashSet<>(a.allOf()))));
        for (Attribute own : software(engine, versions)) {
            if (attributes.stream().noneMatch(a -> a.name().equals(own.name())))
                attributes.add(own);
        }
        boolean saysMemory =
                amounts.stream().anyMatch(amount -> amount.name().equals(Requirements.MEMORY));
        return new Requirements(amounts, attributes, engine == EngineRules.BLENDER && !saysMemory);
    }

    private static List<Attribute> software(EngineRules engine, List<String> versions) {
        if (versions.isEmpty()) return engine.software();
        return List.of(new Attribute("attr.blender.version", new HashSet<>(versions), Set.of()));
    }

    /** Seats of a limit are as many as the minimum says; one where only a maximum is given. */
    private static Amount seats(HostRequirements.Amount said) {
        long seats = said.min() == null ? 1 : (long) Math.ceil(said.min());
        return new Amount(said.name(), seats, seats);
    }

    /** Fractions count as whole ones; without a maximum the minimum is what is given. */
    private static Amount amount(HostRequirements.Amount said) {
        double least = said.min() == null ? 0 : said.min();
        double most = said.max() == null ? least : said.max();
        long whole = (long) Math.ceil(least);
        return new Amount(said.name(), whole, Math.max(whole, (long) Math.ceil(most)));
    }
}
