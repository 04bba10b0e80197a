package org.lumenyard.agent.engine;

/** A picture that is whole, and what it shows. */
record WholePicture(Picture picture, Content content) {
    /** Whether both show the same, as far as their digests tell. */
    boolean showsTheSameAs(WholePicture other) {
        return picture.equals(other.picture) && content.digest() == other.content.digest();
    }
}
