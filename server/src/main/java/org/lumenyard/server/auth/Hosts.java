package org.lumenyard.server.auth;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names that this server answers to. A page of somebody else's whose name was made to point
 * here (DNS rebinding) sends its own name in {@code Host} and is turned away. An address as numbers
 * cannot be rebound.
 */
public final class Hosts {
    private static final Pattern NUMBERS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

    private final Set<String> names = new HashSet<>(Set.of("localhost"));

    /**
     * @param more names beside {@code localhost} and addresses as numbers
     */
    public Hosts(Set<String> more) {
        more.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    /** Whether a {@code Host} header, with or without a port, means this server. */
    public boolean know(@Nullable String hostHeader) {
        if (hostHeader == null) {
            return false;
        }
        String name = PORT.matcher(hostHeader.toLowerCase(Locale.ROOT)).replaceFirst("");
        return names.contains(name) || NUMBERS.matcher(name).matches();
    }
}
