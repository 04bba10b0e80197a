package org.lumenyard.cli;

import java.net.URI;

/**
 * Where a server is and what opens it.
 *
 * @param url such as {@code http://127.0.0.1:7227}, without a path
 */
public record Door(URI url, String token) {
    /** The address of something the API or the page shows there. */
    public URI at(String path) {
        return URI.create(this + path);
    }

    /** The address alone: the token is nobody's business. */
    @Override
    public String toString() {
        String text = url.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
