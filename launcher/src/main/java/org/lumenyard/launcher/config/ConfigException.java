package org.lumenyard.launcher.config;

/** A setting that cannot be used; the message says where it stands and what is expected. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigException(String message) {
        super(message);
    }
}
