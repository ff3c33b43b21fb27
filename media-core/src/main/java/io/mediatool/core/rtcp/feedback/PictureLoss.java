package io.mediatool.core.rtcp.feedback;

/**
 * PLI (RFC 4585 §6.3.1): pictures were lost, a key frame is wanted.
 *
 * @param sender who asks
 * @param media the source that shall send it
 */
public record PictureLoss(int sender, int media) implements Feedback {}
