package org.lumenyard.agent.engine;

/** A file that is no whole picture; the message is the end of a sentence: "… is cut off". */
public final class BadPicture extends Exception {
    private static final long serialVersionUID = 1;

    BadPicture(String what) {
        super(what);
    }

    BadPicture(String what, Throwable cause) {
        super(what, cause);
    }

    /** What is wrong, to stand after the file's name: {@code is cut off}. */
    public String what() {
        return String.valueOf(getMessage());
    }
}
