package io.mediatool.core.sdp;

/**
 * Something in a description that breaks the rules and was mended or left out.
 *
 * @param line counted from 1; 0 when the whole description is meant
 * @param what what is wrong
 * @param done what the reader made of it
 */
public record SdpWarning(int line, String what, String done) {
    @Override
    public String toString() {
        return (line > 0 ? "line " + line + ": " : "") + what + ": " + done;
    }
}
